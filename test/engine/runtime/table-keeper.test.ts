import { afterEach, describe, expect, it } from 'vitest';
import { MemoryTableArchive } from '../../../adapters/memory/memory-table-archive.ts';
import { defaultTenant } from '../../../engine/index.ts';
import { TableKeeper } from '../../../engine/runtime/table-keeper.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon } from '../support/events.ts';
import { startNode, type TestNode } from '../support/node.ts';

const book = bookOf(shopYaml);
const running: TestNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

/** An archive whose pieces come when the test lets them. */
class SlowArchive extends MemoryTableArchive {
  readonly #waiting: (() => void)[] = [];
  isSlow = false;

  override async chunks(version: string): Promise<readonly string[] | undefined> {
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return super.chunks(version);
  }

  letGo(): void {
    this.isSlow = false;
    for (const go of this.#waiting.splice(0)) go();
  }
}

function keepers(archive: SlowArchive): readonly [TableKeeper, TableKeeper] {
  const { ports, node, ...rest } = startNode(book);
  running.push({ ports, node, ...rest });
  const troubled = () => undefined;
  const open = () => new TableKeeper({ tenant: defaultTenant, partitions: 4, ...ports, archive, troubled });
  return [open(), open()];
}

const header = { overlay: 'postcodes', attributes: { region: 'text' }, source: 'p.csv', at: noon } as const;
const regionOf = (keeper: TableKeeper) => keeper.current().table('postcodes')?.read('24103', 'region', noon);
/** Until everything that can go on has gone on. */
const idle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the tables in force', () => {
  it('are never those of an earlier look that took longer', async () => {
    const archive = new SlowArchive();
    const [writer, reader] = keepers(archive);
    await writer.replace(header, [['24103', 'north']]);
    archive.isSlow = true;
    const early = reader.refresh();
    await idle();
    archive.isSlow = false;
    await writer.replace({ ...header, at: noon + 1 }, [['24103', 'south']]);
    const late = reader.refresh();
    await idle();
    archive.letGo();
    await Promise.all([early, late]);
    expect(regionOf(reader)).toBe('south');
  });

  it('are there before anything is decided by them', async () => {
    const archive = new SlowArchive();
    const [writer, reader] = keepers(archive);
    await writer.replace(header, [['24103', 'north']]);
    archive.isSlow = true;
    const open = reader.opened();
    await idle();
    archive.letGo();
    await open;
    expect(regionOf(reader)).toBe('north');
  });
});
