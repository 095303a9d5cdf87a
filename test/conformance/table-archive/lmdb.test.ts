import { LmdbTableArchive } from '../../../adapters/lmdb/lmdb-table-archive.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeTableArchive } from './table-archive-suite.ts';

describeTableArchive('lmdb', () =>
  overLmdb((database) => {
    const archiveOf = (tenant: string) => new LmdbTableArchive(database, { tenant: tenant as Tenant });
    const archive = archiveOf('shop');
    return { archive, elsewhere: archive, other: archiveOf('shop2') };
  }),
);
