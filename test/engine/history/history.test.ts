import { describe, expect, it } from 'vitest';
import { CodedError } from '../../../engine/errors.ts';
import { rollBack, rollbackTarget } from '../../../engine/history/roll-back.ts';
import { takeFolder } from '../../../engine/history/take-folder.ts';
import { limits } from '../../../engine/limits.ts';
import { emptyHistory, type RulebookHistory } from '../../../engine/model/rulebook-history.ts';

/** Tells a history step by step; each step is one unit of time later. */
class Story {
  history: RulebookHistory = emptyHistory;
  #now = 0;

  /** A folder holds a version when its server looks; returns the verdict. */
  holds(version: string, origin = 'here', author?: string): string {
    this.#now += 1;
    const folder = { origin, version, counts: { actions: 1 }, ...(author !== undefined && { author }) };
    const { verdict, history } = takeFolder(this.history, folder, this.#now);
    this.history = history ?? this.history;
    return verdict;
  }

  rollsBack(version?: string): string | undefined {
    this.#now += 1;
    const target = rollbackTarget(this.history, version);
    this.history = rollBack(this.history, { version: target, now: this.#now }) ?? this.history;
    return this.inForce;
  }

  get inForce(): string | undefined {
    return this.history.inForce?.version;
  }

  get versions(): readonly string[] {
    return this.history.books.map(({ version }) => version);
  }
}

function storyOf(...versions: readonly string[]): Story {
  const story = new Story();
  for (const version of versions) story.holds(version);
  return story;
}

describe('a folder', () => {
  it('is published when it holds something new, with its author and what it replaces', () => {
    const story = new Story();
    expect(story.holds('a', 'here', 'ann')).toBe('new');
    expect(story.holds('b')).toBe('new');
    expect(story.history).toEqual({
      inForce: { version: 'b', since: 2, reason: 'published', replaces: 'a' },
      books: [
        { version: 'b', publishedAt: 2, counts: { actions: 1 } },
        { version: 'a', publishedAt: 1, author: 'ann', counts: { actions: 1 } },
      ],
      folders: [{ origin: 'here', version: 'b' }],
    });
  });

  it('is published when it was put back to what it held earlier, also while its server was stopped', () => {
    const story = storyOf('a', 'b');
    expect(story.holds('a')).toBe('put-back');
    expect([story.inForce, story.versions]).toEqual(['a', ['a', 'b']]);
    expect(story.holds('b')).toBe('put-back');
  });

  it('changes nothing when its server is only started again', () => {
    const story = storyOf('a', 'b');
    const before = story.history;
    expect(story.holds('b')).toBe('in-force');
    expect(story.history).toBe(before);
  });

  it('of an older release does not win over what is in force, whether its server is new or restarted', () => {
    const story = storyOf('a');
    story.holds('a', 'there');
    story.holds('b');
    expect(story.holds('a', 'there')).toBe('unchanged');
    expect(story.holds('a', 'new server')).toBe('first-look');
    expect(story.inForce).toBe('b');
  });

  it('of a new release wins, and the other servers follow with theirs in any order', () => {
    const story = storyOf('a');
    for (const origin of ['two', 'three']) story.holds('a', origin);
    expect(story.holds('b')).toBe('new');
    expect(story.holds('c', 'two')).toBe('new');
    expect(story.holds('b', 'three')).toBe('catching-up');
    expect(story.holds('c', 'three')).toBe('in-force');
    expect(story.holds('c')).toBe('in-force');
    expect(story.inForce).toBe('c');
  });

  it('that is put back on one server wins although the folders of the others stand still', () => {
    const story = storyOf('a');
    story.holds('a', 'there');
    story.holds('b');
    story.holds('b', 'there');
    expect(story.holds('a')).toBe('put-back');
    expect(story.holds('b', 'there')).toBe('unchanged');
    expect(story.inForce).toBe('a');
  });

  it('that was forgotten counts as never seen', () => {
    const story = storyOf('a', 'b');
    for (let index = 0; index < limits.ruleFoldersMax; index += 1) story.holds('b', `server ${index}`);
    expect(story.history.folders).toHaveLength(limits.ruleFoldersMax);
    expect(story.holds('a')).toBe('first-look');
  });
});

describe('a rollback', () => {
  it('goes back to the book in force before, and from there forward again', () => {
    const story = storyOf('a', 'b', 'c');
    expect(story.rollsBack()).toBe('b');
    expect(story.history.inForce).toEqual({ version: 'b', since: 4, reason: 'rolled-back', replaces: 'c' });
    expect(story.rollsBack()).toBe('c');
    expect(story.versions).toEqual(['c', 'b', 'a']);
  });

  it('goes to any book of the history, and leaves alone what is in force', () => {
    const story = storyOf('a', 'b', 'c');
    expect(story.rollsBack('a')).toBe('a');
    expect(rollBack(story.history, { version: 'a', now: 9 })).toBeUndefined();
  });

  it('keeps who did it and why', () => {
    const { history } = storyOf('a', 'b');
    const request = { version: 'a', author: 'ann', note: 'too early', now: 5 };
    expect(rollBack(history, request)?.inForce).toMatchObject({ by: 'ann', note: 'too early' });
  });

  it('stands when its server starts again and when another folder arrives late', () => {
    const story = storyOf('a');
    story.holds('a', 'there');
    story.holds('b');
    story.rollsBack();
    expect(story.holds('b')).toBe('unchanged');
    expect(story.holds('b', 'there')).toBe('catching-up');
    expect(story.holds('b', 'new server')).toBe('first-look');
    expect(story.inForce).toBe('a');
  });

  it('stands while the folder only returns to it and to what was rolled back', () => {
    const story = storyOf('a', 'b');
    story.rollsBack();
    expect(story.holds('a')).toBe('in-force');
    expect(story.holds('b')).toBe('catching-up');
    expect(story.inForce).toBe('a');
  });

  it('ends with the next change of the folder that makes something new or older', () => {
    const story = storyOf('z', 'a', 'b');
    story.rollsBack();
    expect(story.holds('z')).toBe('put-back');
    story.rollsBack('b');
    expect(story.holds('c')).toBe('new');
    expect(story.inForce).toBe('c');
  });

  it('to a book that is not in the history is refused with those that are', () => {
    const story = storyOf('a', 'b');
    const refusal = (version?: string, history = story.history) => {
      try {
        return rollbackTarget(history, version);
      } catch (error) {
        return error instanceof CodedError ? `${error.code} ${error.message}` : error;
      }
    };
    expect(refusal('x')).toMatch(/NB_UNKNOWN_RULEBOOK .* x .*expected one of b, a/);
    expect(refusal(undefined, storyOf('a').history)).toMatch(/NB_UNKNOWN_RULEBOOK/);
    expect(refusal(undefined, emptyHistory)).toMatch(/NB_UNKNOWN_RULEBOOK/);
    expect(refusal('x', emptyHistory)).toMatch(/it is empty/);
  });
});

describe('the history', () => {
  const versions = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `v${from + index}`);

  it('keeps the newest books', () => {
    const story = storyOf(...versions(0, 25));
    expect(story.versions).toEqual(versions(5, 25).reverse());
    expect(limits.rulebookHistoryMax).toBe(20);
  });

  it('keeps the book in force and the one before it however old they are', () => {
    const story = storyOf(...versions(0, 20));
    story.rollsBack('v1');
    story.rollsBack('v0');
    expect(story.holds('v20')).toBe('new');
    expect(story.versions).toHaveLength(20);
    expect(story.versions).toContain('v0');
    expect(story.versions).not.toContain('v1');
    expect(story.rollsBack()).toBe('v0');
  });

  it('counts a book that is published again as new', () => {
    const story = storyOf(...versions(0, 20));
    expect(story.holds('v0')).toBe('put-back');
    story.holds('v20');
    expect(story.versions.slice(0, 2)).toEqual(['v20', 'v0']);
    expect(story.versions).not.toContain('v1');
  });
});
