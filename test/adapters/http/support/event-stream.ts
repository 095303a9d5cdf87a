/** A reader of server-sent events that hands out one block at a time, comments left out. */
export interface EventStream {
  readonly contentType: string | null;
  /** The fields of the next block; undefined once the server has ended the stream. */
  next(): Promise<Readonly<Record<string, string>> | undefined>;
  close(): void;
}

export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  const next = async (): Promise<Readonly<Record<string, string>> | undefined> => {
    for (;;) {
      const end = buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (!block.startsWith(':')) return fieldsOf(block);
        continue;
      }
      const chunk = await reader?.read();
      if (chunk?.value === undefined) return undefined;
      buffered += chunk.value;
    }
  };
  return { contentType: response.headers.get('content-type'), next, close: () => abort.abort() };
}

function fieldsOf(block: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
}
