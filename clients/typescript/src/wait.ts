/** Resolves after a time, or at once when `wake` calls back; rejects with the signal's reason when that aborts. */
export function wait(ms: number, signal: AbortSignal | undefined, wake?: (callback: () => void) => () => void): Promise<void> {
  return abortable(signal, (done) => {
    const timer = setTimeout(done, ms);
    const release = wake?.(done);
    return () => {
      clearTimeout(timer);
      release?.();
    };
  });
}

/** Resolves with what `begin` hands to its callback, unless the signal aborts first. What `begin` returns cleans up. */
export function abortable<T = void>(signal: AbortSignal | undefined, begin: (done: (value: T) => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const end = () => {
      signal?.removeEventListener("abort", abort);
      cleanUp();
    };
    const abort = () => {
      end();
      reject(signal?.reason);
    };
    let ended = false;
    let cleanUp = () => {
      ended = true;
    };
    signal?.addEventListener("abort", abort);
    const begun = begin((value) => {
      end();
      resolve(value);
    });
    if (ended) begun();
    else cleanUp = begun;
  });
}

/** The promise's outcome, unless the signal aborts first. The work behind the promise goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Exponential back-off with jitter: half to all of `base` doubled per attempt, at most `most`. Milliseconds. */
export function backOff(attempt: number, base = 500, most = 30_000): number {
  return Math.min(most, base * 2 ** attempt) * (0.5 + Math.random() / 2);
}
