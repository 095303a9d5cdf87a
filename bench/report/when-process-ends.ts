const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Has something cleared away also when this process is told to end: a group of its own hears nothing of a terminal's
 * Ctrl+C. Returns what takes the promise back.
 */
export function whenThisProcessEnds(clearAway: () => void): () => void {
  const end = () => process.exit(130);
  process.once('exit', clearAway);
  for (const signal of signals) process.once(signal, end);
  return () => {
    process.removeListener('exit', clearAway);
    for (const signal of signals) process.removeListener(signal, end);
  };
}
