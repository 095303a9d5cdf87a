import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServer } from '../../../adapters/main.ts';
import { type Config, readConfig } from '../../../adapters/system/config.ts';
import { asRebuild } from '../../../adapters/wiring/half-rebuilt.ts';
import { openStorage } from '../../../adapters/wiring/open-storage.ts';

describe('a store whose rebuild was cut short', () => {
  let folder: string;
  let config: Config;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nextbest-rebuilt-'));
    config = readConfig({ NEXTBEST_DATA: folder, NEXTBEST_PORT: '0', NEXTBEST_SHUTDOWN_GRACE_MS: '0' });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function rebuilding(steps: () => Promise<void>): Promise<void> {
    const storage = await openStorage(config, () => undefined);
    try {
      await asRebuild(storage.store, steps);
    } finally {
      await storage.close();
    }
  }

  it('is not worked on by a server until it is rebuilt', async () => {
    const cut = rebuilding(async () => {
      throw new Error('cut short');
    });
    await expect(cut).rejects.toThrow('cut short');
    await expect(openServer(config, () => undefined)).rejects.toMatchObject({ code: 'NB_DATA_IN_USE' });
    await rebuilding(async () => undefined);
    const server = await openServer(config, () => undefined);
    await server.close();
  });
});
