import { type Cursor, whereIs } from './cursor.ts';
import { invalid, type Read } from './shape.ts';

/** A definition as it was read: its shape is right, its references are not checked yet. */
export interface Draft<T> {
  readonly name: string;
  readonly value: T;
  readonly at: Cursor;
}

/** Everything of one kind that the files define, by name. */
export class Register<T> {
  /** Unsound definitions are known by name as well, so that what refers to them is not reported on top. */
  readonly places = new Map<string, Cursor>();
  readonly drafts: Draft<T>[] = [];
  private readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  add(name: string, read: Read<T>, at: Cursor): void {
    const first = this.places.get(name);
    if (first) {
      at.error(
        'NBR_DUPLICATE',
        `${at.label}: found ${this.what} \`${name}\` again, expected it once; it is defined at ${whereIs(first)}.`,
      );
      return;
    }
    this.places.set(name, at);
    if (read !== invalid) this.drafts.push({ name, value: read, at });
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  /** This one with the definitions of another in the place of those of the same name, and the others behind them. */
  overlaidBy(other: Register<T>): Register<T> {
    const both = new Register<T>(this.what);
    for (const [name, at] of [...this.places, ...other.places]) both.places.set(name, at);
    const own = new Map(other.drafts.map((draft) => [draft.name, draft]));
    for (const draft of this.drafts) both.drafts.push(own.get(draft.name) ?? draft);
    for (const draft of other.drafts) if (!this.places.has(draft.name)) both.drafts.push(draft);
    return both;
  }
}

/** A setting of the whole book, given once. */
export class Setting<T> {
  draft: { readonly value: T; readonly at: Cursor } | undefined;
  private first: Cursor | undefined;

  set(read: Read<T>, at: Cursor): void {
    if (this.first) {
      at.error(
        'NBR_DUPLICATE',
        `${at.label}: found the setting again, expected it once; it is given at ${whereIs(this.first)}.`,
      );
      return;
    }
    this.first = at;
    if (read !== invalid) this.draft = { value: read, at };
  }
}
