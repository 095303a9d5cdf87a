/** Which methods an address takes, so that a wrong method is told apart from a wrong address. */
export class RouteIndex {
  readonly #methodsByPattern = new Map<string, Set<string>>();

  add(method: string | readonly string[], pattern: string): void {
    const methods = this.#methodsByPattern.get(pattern) ?? new Set();
    for (const one of typeof method === 'string' ? [method] : method) methods.add(one);
    this.#methodsByPattern.set(pattern, methods);
  }

  /** In alphabetical order; none when nothing is at this address. */
  methodsOf(url: string): readonly string[] {
    const segments = segmentsOf(url.split('?', 1)[0] ?? '');
    const found = new Set<string>();
    for (const [pattern, methods] of this.#methodsByPattern) {
      if (!isMatch(segmentsOf(pattern), segments)) continue;
      for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.replace(/\/$/, '').split('/');
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every(
      (part, index) => part === segments[index] || (part.startsWith(':') && segments[index] !== ''),
    )
  );
}
