import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';

/** The looks of `/docs`: the product's own mark, and nothing on the page that leads nowhere. */

const mark = `<rect width="32" height="32" rx="8" fill="#4f46e5"/><path d="M9 22V10l14 12V10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>`;

const name = `<text x="44" y="23" fill="#fff" font-family="system-ui, sans-serif" font-size="20" font-weight="700">nextbest</text>`;

/** There is one description on this server, so the field for the address of another one is hidden. */
const css = `
.swagger-ui .topbar .download-url-wrapper { display: none; }
.swagger-ui .topbar .topbar-wrapper { flex-flow: row; justify-content: space-between; }
`;

export const docsTheme = {
  logo: { type: 'image/svg+xml', content: svg(164, mark + name) },
  theme: {
    title: 'nextbest API',
    css: [{ filename: 'nextbest.css', content: css }],
    favicon: [
      { filename: 'mark.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: svg(32, mark) },
    ],
  },
} satisfies Pick<FastifySwaggerUiOptions, 'logo' | 'theme'>;

function svg(width: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 32" width="${width}" height="32">${content}</svg>`;
}
