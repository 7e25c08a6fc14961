"use client";

import { createClient, storedTokens, streamEvents } from "@lattice-money/client";
import { useEffect, useState } from "react";

// A client component: the stream is left with the page.
export function Hints() {
  const [hints, setHints] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    const lattice = createClient({ baseUrl: location.origin, tokens: storedTokens(localStorage) });
    void (async () => {
      for await (const _ of streamEvents(lattice, {}, { signal: leaving.signal })) setHints((count) => count + 1);
    })().catch(() => {});
    return () => leaving.abort();
  }, []);
  return <output>{hints} hints</output>;
}
