/** What a stream wants to know of the page it runs in. Without a page, as on a server, there is nothing to know. */
export interface Page {
  /** Whether nobody can see the page. */
  hidden(): boolean;
  /** Calls back whenever that changes, and when the network comes back. The function returned ends it. */
  onChange(callback: () => void): () => void;
}

/** The page this code runs in, or one that is always visible. */
export function currentPage(): Page {
  if (typeof document === "undefined" || typeof window === "undefined") return { hidden: () => false, onChange: () => () => {} };
  return {
    hidden: () => document.visibilityState === "hidden",
    onChange: (callback) => {
      document.addEventListener("visibilitychange", callback);
      window.addEventListener("online", callback);
      return () => {
        document.removeEventListener("visibilitychange", callback);
        window.removeEventListener("online", callback);
      };
    },
  };
}
