const NAME = 'nomosly-session';

/** Tells the other tabs of this console that somebody has signed in. */
export function announceSignIn(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage('signed-in');
  channel.close();
}

/** Calls back when another tab has signed in. Returns what ends it. */
export function onSignIn(listener: () => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', listener);
  return () => {
    channel.close();
  };
}
