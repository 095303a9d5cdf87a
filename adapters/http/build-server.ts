import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type CodedError, limits } from '../../engine/index.ts';
import { addAdmission } from './admission.ts';
import { addBatchRoutes } from './batch-routes.ts';
import { addJsonParser, unpackBody } from './body.ts';
import { addBudgetRoutes } from './budget-routes.ts';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import { addDecideRoutes } from './decide-routes.ts';
import { addApiDescription, addDocsRoutes } from './docs-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import { addExplainRoutes } from './explain-routes.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpOptions } from './http-options.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { addIdentityRoutes } from './identity-routes.ts';
import { addModelRoutes } from './model-routes.ts';
import { addOutcomeRoutes } from './outcome-routes.ts';
import { addOverlayRoutes } from './overlay-routes.ts';
import { PreviewBooks } from './preview-books.ts';
import { addPrivacyRoutes } from './privacy-routes.ts';
import { newProblem, type ProblemCode, problemOf, problemType, sendProblem } from './problem.ts';
import { addRecordRoutes } from './record-routes.ts';
import { RouteIndex } from './route-index.ts';
import { addRulebookRoutes } from './rulebook-routes.ts';
import { addSegmentRoutes } from './segment-routes.ts';
import { addStatusRoutes } from './status-routes.ts';
import { StreamClients } from './stream-clients.ts';
import { addStreamRoutes } from './stream-routes.ts';

export interface BuiltServer {
  readonly server: HttpServer;
  /** From now on `/readyz` says no, so that load balancers look elsewhere; requests are still answered. */
  readonly drain: () => void;
}

/** Everything but the listening, so that a test can inject requests. */
export async function buildServer(options: HttpOptions): Promise<BuiltServer> {
  let isDraining = false;
  const clientsMax = options.stream?.clientsMax ?? httpLimits.streamClientsMax;
  const context: HttpContext = {
    ...options,
    startedAt: options.clock.now(),
    streamClients: new StreamClients(clientsMax, (count) => options.metrics.streamClients(count)),
    previewBooks: new PreviewBooks(options.rulebooks),
    isDraining: () => isDraining,
  };
  const server = newServer(options);
  // Of a request nothing is logged but its failure, which needs no logger of its own for every request.
  server.setChildLoggerFactory((parent) => parent);
  addErrorHandling(server);
  addAdmission(server, options.admission);
  await addSafety(server);
  await addApiDescription(server, context);
  await addRoutes(server, context);
  // Streams would keep the server from closing for ever: they are sent away before it waits for its connections.
  server.addHook('preClose', async () => context.streamClients.endAll());
  await server.ready();
  return {
    server,
    drain: () => {
      isDraining = true;
    },
  };
}

function newServer({ logger }: HttpOptions): HttpServer {
  return fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    // Addresses hold customer ids, which have no place in a log.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.batchBytesMax,
    requestTimeout: httpLimits.requestMsMax,
    keepAliveTimeout: httpLimits.keepAliveMs,
    http: { headersTimeout: httpLimits.headersMsMax, maxHeaderSize: httpLimits.headerBytesMax },
    routerOptions: { maxParamLength: httpLimits.pathParameterLengthMax, ignoreTrailingSlash: true },
    // What still arrives on an open connection while closing is in flight as well, and is answered.
    return503OnClosing: false,
    ajv: {
      customOptions: {
        allErrors: true,
        verbose: true,
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allowUnionTypes: true,
      },
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply as FastifyReply, problemOf(error, request.url));
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

function addErrorHandling(server: HttpServer): void {
  const routes = new RouteIndex();
  server.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  server.setErrorHandler((error: FastifyError | CodedError, request, reply) => {
    const problem = problemOf(error, request.url);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, problem.title);
    return sendProblem(reply, problem);
  });
  server.setNotFoundHandler((request, reply) => answerNotFound(routes, request, reply));
}

function answerNotFound(routes: RouteIndex, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const methods = routes.methodsOf(request.url);
  if (methods.length === 0)
    return sendProblem(reply, newProblem('NB_UNKNOWN_ROUTE', { instance: request.url }));
  const detail = `Expected ${methods.join(' or ')}, found ${request.method}.`;
  reply.header('allow', methods.join(', '));
  return sendProblem(reply, newProblem('NB_METHOD_NOT_ALLOWED', { detail, instance: request.url }));
}

async function addSafety(server: HttpServer): Promise<void> {
  const self = ["'self'"];
  await server.register(helmet, {
    // Whether there is TLS in front is known to whoever put it there.
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: self,
        styleSrc: self,
        imgSrc: ["'self'", 'data:'],
        connectSrc: self,
        baseUri: ["'none'"],
        formAction: self,
        frameAncestors: ["'none'"],
      },
    },
  });
  addJsonParser(server);
  server.addHook('preParsing', unpackBody);
}

async function addRoutes(server: HttpServer, context: HttpContext): Promise<void> {
  // Its own scope: the loose content types of the SDKs are taken here and nowhere else.
  await server.register(async (scope) =>
    addEventRoutes(scope.withTypeProvider<TypeBoxTypeProvider>(), context),
  );
  addDecideRoutes(server, context);
  await addBatchRoutes(server, context);
  addOutcomeRoutes(server, context);
  addRecordRoutes(server, context);
  addExplainRoutes(server, context);
  addSegmentRoutes(server, context);
  addBudgetRoutes(server, context);
  addModelRoutes(server, context);
  addPrivacyRoutes(server, context);
  addIdentityRoutes(server, context);
  await addOverlayRoutes(server, context);
  addStreamRoutes(server, context);
  addRulebookRoutes(server, context);
  addDeadLetterRoutes(server, context);
  addStatusRoutes(server, context);
  await addDocsRoutes(server);
  await server.register(fastifyStatic, {
    root: context.consolePage,
    prefix: '/',
    wildcard: false,
    decorateReply: false,
  });
}

/** A request that is not even HTTP has no route and no reply object; only its socket is left to answer on. */
function answerBrokenRequest(error: Error & { readonly code: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const problem = newProblem(brokenRequestCode(error.code));
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: ${problemType}\r\nconnection: close`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function brokenRequestCode(code: string): ProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'NB_HEADERS_TOO_LARGE';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'NB_REQUEST_TIMEOUT' : 'NB_MALFORMED_REQUEST';
}
