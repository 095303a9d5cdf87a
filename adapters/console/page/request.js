const answerMsMax = 10_000;

/** The JSON that an address answers with; an error whose message can be shown as it is when it does not. */
export async function request(path, options) {
  const response = await send(path, options);
  const body = await response.json().catch(() => ({ detail: `The server answered ${response.status}.` }));
  if (response.ok) return body;
  const faults = (body.errors ?? []).map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`);
  throw new Error(faults.length > 0 ? faults.join('; ') : body.detail);
}

async function send(path, options) {
  try {
    return await fetch(path, { signal: AbortSignal.timeout(answerMsMax), ...options });
  } catch (cause) {
    throw new Error('The server does not answer.', { cause });
  }
}
