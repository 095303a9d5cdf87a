import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { HttpOptions } from './http-options.ts';
import type { PreviewBooks } from './preview-books.ts';
import type { StreamClients } from './stream-clients.ts';

/** The server with the types of its schemas. */
export type HttpServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the routes share. */
export interface HttpContext extends HttpOptions {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly streamClients: StreamClients;
  readonly previewBooks: PreviewBooks;
  /** True once the server is on its way out: `/readyz` says no, everything else still answers. */
  readonly isDraining: () => boolean;
}
