import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/sha256.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { canonicalJson } from '../../engine/index.ts';
import { readCaseFiles } from '../cases/case-files.ts';
import { openCases } from '../cases/run-case.ts';
import { startChromium } from '../support/chromium.ts';
import { elementaryBits } from '../support/elementary-bits.ts';
import { type PageServer, servePage } from '../support/page-server.ts';
import type { PageRun } from './cases-page.ts';

/** The engine and the pure libraries that it is handed, as one module for browsers. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/cases-page.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const files = readCaseFiles();
let browser: Browser;
let server: PageServer;
let page: Page;
/** What the page complained of, and what it asked of anybody but this test. */
const complaints: string[] = [];

beforeAll(async () => {
  const html =
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Decision cases</title>';
  const served = new Map([
    ['/', html],
    ['/cases.js', await bundle()],
  ]);
  for (const [name, file] of files) served.set(`/${name}`, JSON.stringify(file));
  server = await servePage(served);
  browser = await startChromium();
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complaints.push(request.url());
  });
  await page.goto(`${server.url}/`);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

function runInPage(name: string): Promise<readonly PageRun[]> {
  return page.evaluate(`Promise.all([import('/cases.js'), fetch('/${name}').then((answer) => answer.json())])
    .then(([engine, file]) => engine.runFile(file))`);
}

describe('the engine in Chromium', () => {
  it.each([...files.keys()])('decides every case of %s as it does in Node, byte for byte', async (name) => {
    const file = files.get(name);
    if (!file) throw new Error(`${name} was not read`);
    const inNode = openCases(file, openLibraries());
    const inPage = await runInPage(name);
    const expected = file.cases.map((one) => ({
      name: one.name,
      answer: canonicalJson(one.expect),
      bytes: inNode(one).bytes,
    }));
    expect(inPage).toEqual(expected);
  });

  it('hashes as Node does', async () => {
    const texts = [
      '',
      'abc',
      'ä€𝄞'.repeat(40),
      'x'.repeat(55),
      'x'.repeat(56),
      'x'.repeat(64),
      'x'.repeat(119),
    ];
    const hashes = await page.evaluate(
      `import('/cases.js').then(({ hashOf }) => ${JSON.stringify(texts)}.map((text) => hashOf(text)))`,
    );
    expect(hashes).toEqual(texts.map(sha256));
  });

  it('has the same exponentials, logarithms and powers as Node, to the last bit', async () => {
    const bits = await page.evaluate(`import('/cases.js').then((engine) => engine.elementaryBits())`);
    expect(bits).toBe(elementaryBits());
  });

  it('needs nobody but the server of the page, and throws nothing', () => {
    expect(complaints).toEqual([]);
  });
});
