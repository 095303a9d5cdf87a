import { describe, expect, it, onTestFinished } from 'vitest';
import { mulberry32 } from '../../../adapters/cli/simulate/random.ts';
import { MemoryRulebookArchive } from '../../../adapters/memory/memory-rulebook-archive.ts';
import {
  CodedError,
  type Diagnostic,
  limits,
  type Rulebook,
  RulebookKeeper,
  type RuleText,
} from '../../../engine/index.ts';
import type { RulebookArchive, StoredHistory } from '../../../engine/ports.ts';
import { sampleRulebook } from '../../adapters/http/support/sample-rulebook.ts';
import { overriding } from '../support/faulty-store.ts';

const broken: Diagnostic = {
  code: 'NBR_UNKNOWN_OPERATOR',
  severity: 'error',
  file: 'book.yaml',
  line: 3,
  column: 7,
  message: 'found an operator of a newer version.',
};

interface TestNode {
  readonly keeper: RulebookKeeper;
  readonly current: () => string | undefined;
  readonly loaded: string[];
  readonly refused: string[];
  readonly judged: string[];
  readonly troubles: unknown[];
  readonly compiled: string[];
  /** The folder of this node holds this version now. */
  readonly holds: (version: string) => void;
}

/** A node whose folder is named after it; versions in `invalid` are not valid on it. */
function newNode(
  archive: RulebookArchive,
  options: { readonly name?: string; readonly invalid?: readonly string[] } = {},
): TestNode {
  const loaded: string[] = [];
  const refused: string[] = [];
  const judged: string[] = [];
  const troubles: unknown[] = [];
  const compiled: string[] = [];
  let now = 0;
  const keeper = new RulebookKeeper({
    archive,
    clock: { now: () => ++now },
    timing: { sleep: async () => undefined },
    compile: (version) => {
      compiled.push(version);
      if (options.invalid?.includes(version)) return { diagnostics: [broken] };
      return { rulebook: bookOf(version), diagnostics: [] };
    },
    observer: {
      loaded: ({ rulebook, inForce }) => {
        expect(inForce.version).toBe(rulebook.version);
        loaded.push(rulebook.version);
      },
      refused: ({ version }) => refused.push(version),
      judged: (version, verdict) => judged.push(`${version} ${verdict}`),
      troubled: (_what, error) => troubles.push(error),
    },
  });
  onTestFinished(() => keeper.close());
  const origin = options.name ?? 'here';
  const holds = (version: string) =>
    keeper.offer({ origin, version, counts: {}, rulebook: bookOf(version), files: textsOf(version) });
  const current = () => keeper.current()?.rulebook.version;
  return { keeper, current, loaded, refused, judged, troubles, compiled, holds };
}

async function startNode(archive: RulebookArchive, options: Parameters<typeof newNode>[1] = {}) {
  const node = newNode(archive, options);
  await node.keeper.start();
  return node;
}

function bookOf(version: string): Rulebook {
  return { ...sampleRulebook, version };
}

function textsOf(version: string): readonly RuleText[] {
  return [{ path: 'book.yaml', text: version }];
}

const patience = { timeout: 90_000, interval: 1 };
const away = () => Promise.reject(new CodedError('NB_LOG_UNAVAILABLE', 'NATS does not answer'));

/** An archive that is away for the next calls of a method. */
function awayFor(archive: RulebookArchive, method: 'read' | 'replace' | 'texts', calls: number) {
  let left = calls;
  const call = (...args: never[]): unknown => {
    left -= 1;
    return left >= 0 ? away() : Reflect.apply(archive[method], archive, args);
  };
  return overriding<RulebookArchive>(archive, { [method]: call });
}

describe('a node', () => {
  it('publishes what its folder holds and decides by it without compiling it again', async () => {
    const node = newNode(new MemoryRulebookArchive());
    node.holds('a');
    expect(node.current()).toBeUndefined();
    await node.keeper.start();
    expect(node.current()).toBe('a');
    node.holds('b');
    await expect.poll(node.current, patience).toBe('b');
    expect(node.loaded).toEqual(['a', 'b']);
    expect(node.judged).toEqual(['a new', 'b new']);
    expect(node.compiled).toEqual([]);
  });

  it('takes the last of several changes that come at once', async () => {
    const node = await startNode(new MemoryRulebookArchive());
    for (const version of ['a', 'b', 'c', 'd']) node.holds(version);
    await expect.poll(node.current, patience).toBe('d');
  });

  it('loads what is in force although its folder holds nothing', async () => {
    const archive = new MemoryRulebookArchive();
    const first = newNode(archive);
    first.holds('a');
    await first.keeper.start();
    const node = await startNode(archive, { name: 'there' });
    expect(node.current()).toBe('a');
  });

  it('does not load what its folder holds when another book is in force', async () => {
    const archive = new MemoryRulebookArchive();
    const first = await startNode(archive);
    for (const version of ['a', 'b']) {
      first.holds(version);
      await expect.poll(first.current, patience).toBe(version);
    }
    const node = newNode(archive, { name: 'there' });
    node.holds('a');
    await node.keeper.start();
    expect(node.loaded).toEqual(['b']);
    expect(node.judged).toEqual(['a first-look']);
  });

  it('follows the changes and rollbacks of another', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    const there = await startNode(archive, { name: 'there' });
    here.holds('a');
    await expect.poll(there.current, patience).toBe('a');
    there.holds('b');
    await expect.poll(here.current, patience).toBe('b');
    await here.keeper.rollBack({ author: 'ann' });
    expect(here.current()).toBe('a');
    await expect.poll(there.current, patience).toBe('a');
    expect(there.keeper.current()?.inForce).toMatchObject({
      reason: 'rolled-back',
      by: 'ann',
      replaces: 'b',
    });
  });

  it('keeps the book of a rollback when it starts again', async () => {
    const archive = new MemoryRulebookArchive();
    const before = await startNode(archive);
    for (const version of ['a', 'b']) {
      before.holds(version);
      await expect.poll(before.current, patience).toBe(version);
    }
    await before.keeper.rollBack({});
    await before.keeper.close();
    const after = newNode(archive);
    after.holds('b');
    await after.keeper.start();
    expect(after.loaded).toEqual(['a']);
    expect(after.judged).toEqual(['b unchanged']);
  });

  it('switches between two books without compiling them again', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    const there = await startNode(archive, { name: 'there' });
    for (const version of ['a', 'b']) {
      here.holds(version);
      await expect.poll(there.current, patience).toBe(version);
    }
    for (let index = 0; index < 20; index += 1) {
      await here.keeper.rollBack({});
      expect(here.current()).toBe(index % 2 === 0 ? 'a' : 'b');
      await expect.poll(there.current, patience).toBe(here.current());
    }
    expect(here.compiled).toEqual([]);
    expect(there.compiled).toEqual(['a', 'b']);
    expect(limits.rulebooksCompiledMax).toBe(2);
  });

  it('hears nothing any more once it is closed', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    const there = await startNode(archive, { name: 'there' });
    await there.keeper.close();
    here.holds('a');
    await expect.poll(here.current, patience).toBe('a');
    expect(there.loaded).toEqual([]);
  });
});

describe('a book that is not valid on one node', () => {
  it('changes nothing there, is told once, and is over with the next good one', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    const there = await startNode(archive, { name: 'there', invalid: ['b'] });
    here.holds('a');
    await expect.poll(there.current, patience).toBe('a');
    here.holds('b');
    await expect.poll(() => there.refused, patience).toEqual(['b']);
    expect(there.keeper.refused()).toEqual({ version: 'b', diagnostics: [broken] });
    expect(there.keeper.current()).toMatchObject({ rulebook: { version: 'a' }, inForce: { version: 'a' } });
    here.holds('c');
    await expect.poll(there.current, patience).toBe('c');
    expect(there.keeper.refused()).toBeUndefined();
    expect(there.refused).toEqual(['b']);
  });

  it('leaves a node that starts with it without a book, but running', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    here.holds('a');
    await expect.poll(here.current, patience).toBe('a');
    const there = await startNode(archive, { name: 'there', invalid: ['a'] });
    expect([there.current(), there.refused]).toEqual([undefined, ['a']]);
  });

  it('cannot be rolled back to from there', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    for (const version of ['a', 'b']) {
      here.holds(version);
      await expect.poll(here.current, patience).toBe(version);
    }
    const there = await startNode(archive, { name: 'there', invalid: ['a'] });
    const refusal = { code: 'NB_BROKEN_RULEBOOK', message: expect.stringContaining('book.yaml:3:7') };
    await expect(there.keeper.rollBack({})).rejects.toMatchObject(refusal);
    expect([here.current(), there.current(), there.refused]).toEqual(['b', 'b', []]);
  });
});

describe('an archive that is away for a while', () => {
  it('gets the change of the folder as soon as it is back', async () => {
    const archive = awayFor(new MemoryRulebookArchive(), 'replace', 5);
    const node = await startNode(archive);
    node.holds('a');
    await expect.poll(node.current, patience).toBe('a');
    expect(node.troubles).toHaveLength(5);
  });

  it('is asked again for the texts of what is in force', async () => {
    const memory = new MemoryRulebookArchive();
    const here = await startNode(memory);
    const there = await startNode(awayFor(memory, 'texts', 5), { name: 'there' });
    here.holds('a');
    await expect.poll(there.current, patience).toBe('a');
    expect(there.troubles).toHaveLength(5);
  });

  it('ends the start of a node', async () => {
    const node = newNode(awayFor(new MemoryRulebookArchive(), 'read', 1));
    await expect(node.keeper.start()).rejects.toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
  });

  it('refuses a rollback, which can be asked for again', async () => {
    const memory = new MemoryRulebookArchive();
    const here = await startNode(memory);
    for (const version of ['a', 'b']) {
      here.holds(version);
      await expect.poll(here.current, patience).toBe(version);
    }
    const there = await startNode(awayFor(memory, 'replace', 1), { name: 'there' });
    await expect(there.keeper.rollBack({})).rejects.toMatchObject({ retryable: true });
    await there.keeper.rollBack({});
    expect(there.current()).toBe('a');
  });
});

describe('at the same moment', () => {
  it('several rollbacks go back one step, not several', async () => {
    const archive = new MemoryRulebookArchive();
    const here = await startNode(archive);
    const there = await startNode(archive, { name: 'there' });
    for (const version of ['a', 'b', 'c']) {
      here.holds(version);
      await expect.poll(there.current, patience).toBe(version);
    }
    await Promise.all([here, there].map(({ keeper }) => keeper.rollBack({})));
    expect([here.current(), there.current()]).toEqual(['b', 'b']);
  });

  it('words that arrive out of order leave the last one in force', async () => {
    const memory = new MemoryRulebookArchive();
    const heard: StoredHistory[] = [];
    let tell = (_stored: StoredHistory): void => undefined;
    const watch: RulebookArchive['watch'] = async (onChange) => {
      tell = onChange;
      return memory.watch((stored) => heard.push(stored));
    };
    const here = await startNode(memory);
    const there = await startNode(overriding<RulebookArchive>(memory, { watch }), { name: 'there' });
    for (const version of ['a', 'b', 'c']) {
      here.holds(version);
      await expect.poll(here.current, patience).toBe(version);
    }
    for (const stored of heard.reverse()) tell(stored);
    await expect.poll(there.current, patience).toBe('c');
    expect(there.loaded).toEqual(['c']);
  });

  it.each([1, 2, 3, 4, 5])('all nodes end with the same book, whatever they do (seed %d)', async (seed) => {
    const random = mulberry32(seed);
    const archive = new MemoryRulebookArchive();
    const nodes = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        startNode(archive, { name, ...(name === 'two' && { invalid: ['v3'] }) }),
      ),
    );
    const answers: Promise<unknown>[] = [];
    for (let step = 0; step < 60; step += 1) {
      const node = nodes[Math.floor(random() * nodes.length)];
      if (random() < 0.5) node?.holds(`v${Math.floor(random() * 6)}`);
      // A refusal is an answer as well: there may be nothing to go back to.
      else answers.push(Promise.allSettled([node?.keeper.rollBack({})]));
      if (random() < 0.3) await Promise.resolve();
    }
    await Promise.all(answers);
    const standing = async () => {
      const { inForce } = (await archive.read()).history;
      return nodes.map((node) => node.keeper.refused()?.version ?? node.current()).concat(inForce?.version);
    };
    await expect.poll(async () => new Set(await standing()).size, patience).toBe(1);
    for (const node of nodes) node.holds('the end');
    await expect.poll(standing, patience).toEqual(Array.from({ length: 4 }, () => 'the end'));
    expect(nodes.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  it('follows an archive that was lost and begun anew', async () => {
    const lost = new MemoryRulebookArchive();
    let archive = lost;
    let tell: (stored: StoredHistory) => void = () => undefined;
    const node = await startNode({
      read: () => archive.read(),
      replace: (change) => archive.replace(change),
      texts: (version) => archive.texts(version),
      watch: (onChange) => {
        tell = onChange;
        return lost.watch(onChange);
      },
    });
    for (const version of ['a', 'b', 'c']) {
      node.holds(version);
      await expect.poll(node.current, patience).toBe(version);
    }
    archive = new MemoryRulebookArchive();
    const other = await startNode(archive, { name: 'there' });
    other.holds('d');
    await expect.poll(other.current, patience).toBe('d');
    tell(await archive.read());
    await expect.poll(node.current, patience).toBe('d');
  });
});
