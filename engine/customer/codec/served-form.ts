import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import { unzigzag, zigzag } from '../../codec/format.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { ServedContext } from '../../model/propensity-model.ts';

/**
 * What contacts keep until their outcomes are learned. All contacts of one decision were served on the same ids, so those
 * are told once and named by a bit from then on. A predictor has some ten to thirty ids, and the next one's lie behind
 * them: the steps between ids are small, and a context of 16 predictors is about 13 bytes.
 */
type Learning = Pick<Contact, 'served' | 'needsView'>;

const heads = { needsView: 1, served: 2 } as const;
/** Steps between ids, less one, are mostly below 2^3 or little beyond. */
const stepWidth = 3;
/** Scores are mostly between -4 and 4, in 1/256 and with a sign. */
const scoreWidth = 11;

export class ServedWriter {
  readonly #writer: DocumentWriter;
  #before: readonly ServedContext[] = [];

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
  }

  write({ served, needsView }: Learning): void {
    this.#writer.bits((needsView ? heads.needsView : 0) + (served ? heads.served : 0), 2);
    if (!served) return;
    this.#writer.uint(served.length);
    for (const [index, context] of served.entries()) this.#context(context, this.#before[index]);
    this.#before = served;
  }

  #context(context: ServedContext, before: ServedContext | undefined): void {
    const isKnown = before !== undefined && isSame(before, context);
    this.#writer.bits(isKnown ? 1 : 0, 1);
    if (!isKnown) this.#ids(context);
    this.#writer.spread(zigzag(context.score), scoreWidth);
  }

  #ids({ code, ids }: ServedContext): void {
    this.#writer.uint(code);
    this.#writer.uint(ids.length);
    let last = -1;
    for (const id of ids) {
      this.#writer.spread(id - last - 1, stepWidth);
      last = id;
    }
  }
}

export class ServedReader {
  readonly #reader: DocumentReader;
  #before: readonly ServedContext[] = [];

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  /** Absent where there is nothing of the kind. */
  read(): Learning | undefined {
    const head = this.#reader.bits(2);
    if (head === 0) return undefined;
    return {
      ...((head & heads.served) !== 0 && { served: this.#served() }),
      ...((head & heads.needsView) !== 0 && { needsView: true as const }),
    };
  }

  #served(): readonly ServedContext[] {
    const served: ServedContext[] = [];
    for (let left = this.#reader.count(); left > 0; left -= 1) {
      const known = this.#reader.bits(1) === 1 ? this.#before[served.length] : undefined;
      const { code, ids } = known ?? this.#ids();
      served.push({ code, ids, score: unzigzag(this.#reader.spread(scoreWidth)) });
    }
    this.#before = served;
    return served;
  }

  #ids(): Pick<ServedContext, 'code' | 'ids'> {
    const code = this.#reader.uint();
    const ids: number[] = [];
    let last = -1;
    for (let left = this.#reader.count(); left > 0; left -= 1) {
      last += this.#reader.spread(stepWidth) + 1;
      ids.push(last);
    }
    return { code, ids };
  }
}

function isSame(one: ServedContext, other: ServedContext): boolean {
  return (
    one.code === other.code &&
    one.ids.length === other.ids.length &&
    one.ids.every((id, index) => id === other.ids[index])
  );
}
