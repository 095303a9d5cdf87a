import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isJsonObject, type JsonObject, limits } from '../../engine/index.ts';
import type { Enrichment } from '../../engine/ports.ts';
import { type AddressGuard, guardAddresses } from './address-guard.ts';

export interface HttpEnrichmentOptions {
  /** Lets rule files name services in the server's own network, and speak plain HTTP to them. */
  readonly allowsPrivate: boolean;
  /** Where headers take their values from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Question = Parameters<Enrichment['ask']>[0];

/**
 * Asks services over HTTP: one GET, no redirects, a small JSON object in return. Messages never name the customer:
 * they tell the service's origin, and no more of its address.
 */
export class HttpEnrichment implements Enrichment {
  readonly #guard: AddressGuard;
  readonly #environment: HttpEnrichmentOptions['environment'];
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: limits.enrichmentsMax });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: limits.enrichmentsMax });

  constructor({ allowsPrivate, environment }: HttpEnrichmentOptions) {
    this.#guard = guardAddresses({ allowsPrivate });
    this.#environment = environment;
  }

  async ask(question: Question): Promise<JsonObject | undefined> {
    const url = new URL(question.url);
    const signal = AbortSignal.timeout(question.timeoutMs);
    try {
      this.#guard.check(url);
      const response = await this.#get(url, this.#headersOf(question), signal);
      return await answerOf(response);
    } catch (cause) {
      const why = signal.aborted ? `it did not answer within ${question.timeoutMs} ms` : messageOf(cause);
      throw new Error(`${url.origin}: ${why}`, { cause });
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #headersOf({ headers }: Question): Record<string, string> {
    const values: Record<string, string> = { accept: 'application/json', 'user-agent': 'nextbest' };
    for (const [header, variable] of Object.entries(headers)) {
      const value = this.#environment[variable];
      if (value === undefined || value === '')
        throw new Error(`the environment variable ${variable} is not set`);
      values[header.toLowerCase()] = value;
    }
    return values;
  }

  #get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    const isSecure = url.protocol === 'https:';
    const agent = isSecure ? this.#https : this.#http;
    const options = { headers, signal, agent, lookup: this.#guard.lookup };
    return new Promise((resolve, reject) => {
      const sent = isSecure ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
      sent.on('error', reject);
      sent.end();
    });
  }
}

async function answerOf(response: IncomingMessage): Promise<JsonObject | undefined> {
  const { statusCode = 0 } = response;
  if (statusCode === 204 || statusCode === 404) {
    response.resume();
    return undefined;
  }
  if (statusCode !== 200) {
    response.destroy();
    throw new Error(
      `it answers ${statusCode}${statusCode >= 300 && statusCode < 400 ? ', and redirects are not followed' : ''}`,
    );
  }
  const value = readJson(await readBody(response));
  if (!isJsonObject(value)) throw new Error('it answers with something that is no JSON object');
  return value;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the response, so the rest of it is never read.
    if (bytes > limits.enrichmentBytesMax) {
      throw new Error(`it answers with more than ${limits.enrichmentBytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser would repeat what it found, which may be about the customer.
    throw new Error('it answers with something that is not JSON');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
