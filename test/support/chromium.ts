import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** A real Chromium without a window, which talks to nobody of its own accord. */
export function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('the set-up of the tests makes sure of Chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
