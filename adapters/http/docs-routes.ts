import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { Type } from 'typebox';
import { docsTheme } from './docs-theme.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { newProblem, problemCodes, sendProblem } from './problem.ts';

/** The API describes itself: `/openapi.json` for programs, `/docs` for people, `/docs/errors/<code>` for whoever got one. */

export async function addApiDescription(server: HttpServer, { version }: HttpContext): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'nextbest',
        description: 'Touchpoint events in, the next best action out.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      externalDocs: { description: 'The first page of this server', url: '/' },
      tags: [
        { name: 'events', description: 'Telling what customers did.' },
        { name: 'decisions', description: 'Asking what to do next, and telling what became of it.' },
        { name: 'customers', description: 'Looking at what is known.' },
        { name: 'segments', description: 'How many customers are in each, and what they are worth.' },
        {
          name: 'overlays',
          description: 'What other systems know of customers, or of a key such as a postcode.',
        },
        { name: 'operation', description: 'Running the server.' },
      ],
    },
  });
}

/** React writes a few style attributes; scripts stay as strict as everywhere else. Nothing is fetched from elsewhere. */
const pagePolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

export async function addDocsRoutes(server: HttpServer): Promise<void> {
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    // The badge of a validator on the internet, which would be shown the address of this server.
    uiConfig: { validatorUrl: null, docExpansion: 'list', deepLinking: true },
    ...docsTheme,
  });
  const described = { summary: 'This description', tags: ['operation'], response: { 200: Type.Unknown() } };
  server.get('/openapi.json', { schema: described }, async () => server.swagger());
  addErrorPages(server);
}

function addErrorPages(server: HttpServer): void {
  const schema = {
    summary: 'What an error code means',
    tags: ['operation'],
    params: Type.Object({ code: Type.String() }),
    response: {
      200: Type.Object({
        code: Type.String(),
        status: Type.Number(),
        title: Type.String(),
        retryable: Type.Boolean(),
      }),
    },
  };
  server.get('/docs/errors/:code', { schema }, async (request, reply) => {
    const found = Object.entries(problemCodes).find(([code]) => code === request.params.code);
    if (found === undefined)
      return sendProblem(reply, newProblem('NB_UNKNOWN_ROUTE', { instance: request.url }));
    const [code, { status, title }] = found;
    return { code, status, title, retryable: status === 503 || status === 408 };
  });
}
