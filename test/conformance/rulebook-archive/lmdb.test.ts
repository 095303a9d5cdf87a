import { LmdbRulebookArchive } from '../../../adapters/lmdb/lmdb-rulebook-archive.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeRulebookArchive } from './rulebook-archive-suite.ts';

describeRulebookArchive('lmdb', () =>
  overLmdb((database) => {
    const archiveOf = (tenant: string) => new LmdbRulebookArchive(database, { tenant: tenant as Tenant });
    const archive = archiveOf('shop');
    return { archive, elsewhere: archive, other: archiveOf('shop2') };
  }),
);
