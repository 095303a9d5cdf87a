import type { Happened, Offer } from './coffee-file.ts';

/**
 * The policies of `rulebooks/starbucks-offers`, said once more in plain code over the decisions, the raw file and the list of
 * offers: nothing comes from the engine or from the rule files, so that a mistake in either shows.
 */

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2018, 6, 1);
const end = Date.UTC(2018, 7, 1);

/** An offer that was put before a customer. */
export interface Sent {
  readonly decision: string;
  readonly customer: string;
  readonly at: number;
  readonly channel: string;
  readonly offer: string;
}

export interface Verdict {
  readonly decisions: number;
  readonly sent: number;
  readonly byOffer: Readonly<Record<string, number>>;
  readonly byChannel: Readonly<Record<string, number>>;
  /** Broken, by policy. */
  readonly broken: Readonly<Record<string, number>>;
  /** The first of each policy, in words. */
  readonly told: readonly string[];
}

type Report = (policy: string, sent: Sent, detail: string) => void;

export class PolicyCheck {
  readonly #offers: ReadonlyMap<string, Offer>;
  readonly #history: ReadonlyMap<string, readonly Happened[]>;
  readonly #sent = new Map<string, Sent[]>();
  readonly #broken: Record<string, number> = {};
  readonly #told: string[] = [];
  readonly #byOffer: Record<string, number> = {};
  readonly #byChannel: Record<string, number> = {};
  #decisions = 0;

  constructor(offers: ReadonlyMap<string, Offer>, history: ReadonlyMap<string, readonly Happened[]>) {
    this.#offers = offers;
    this.#history = history;
  }

  /** One line of the decisions. */
  take(line: string): void {
    const { id, customer, at, placements } = JSON.parse(line) as DumpedDecision;
    this.#decisions += 1;
    const person = customer.replace(/^u:/, '');
    for (const { channel, treatments } of placements) {
      for (const { content } of treatments) {
        const sent = { decision: id, customer: person, at, channel, offer: String(content.offer) };
        const earlier = this.#sent.get(person);
        if (earlier) earlier.push(sent);
        else this.#sent.set(person, [sent]);
        this.#byOffer[sent.offer] = (this.#byOffer[sent.offer] ?? 0) + 1;
        this.#byChannel[channel] = (this.#byChannel[channel] ?? 0) + 1;
      }
    }
  }

  verdict(): Verdict {
    const all = [...this.#sent.values()];
    for (const sent of all) this.#checkCustomer(sent.sort((a, b) => a.at - b.at));
    this.#checkBudget(all.flat());
    const sent = Object.values(this.#byChannel).reduce((sum, count) => sum + count, 0);
    return {
      decisions: this.#decisions,
      sent,
      byOffer: this.#byOffer,
      byChannel: this.#byChannel,
      broken: this.#broken,
      told: this.#told,
    };
  }

  readonly #report: Report = (policy, { decision, customer, at }, detail) => {
    if (this.#broken[policy] === undefined)
      this.#told.push(`${policy}: ${decision} of ${customer}, ${new Date(at).toISOString()}: ${detail}`);
    this.#broken[policy] = (this.#broken[policy] ?? 0) + 1;
  };

  #checkCustomer(sent: readonly Sent[]): void {
    for (const [index, one] of sent.entries()) {
      const offer = this.#offers.get(one.offer);
      if (!offer) {
        this.#report('known offer', one, one.offer);
        continue;
      }
      checkOffer(one, offer, this.#report);
      checkClock(one, this.#report);
      const happened = this.#history.get(one.customer);
      if (happened) checkOpen(one, { happened, offers: this.#offers, report: this.#report });
      else this.#report('known customer', one, 'the file does not know this customer');
      if (happened && offer.difficulty >= 20) checkSpend(one, { offer, happened, report: this.#report });
      this.#checkEarlier(one, sent.slice(0, index));
    }
  }

  #checkEarlier(one: Sent, earlier: readonly Sent[]): void {
    let inWeek = 1;
    for (const other of earlier) {
      const ageMs = one.at - other.at;
      const durationMs = this.#offers.get(other.offer)?.durationMs ?? 0;
      if (ageMs < durationMs) this.#report('one at a time', one, `${other.offer} of ours is still open`);
      if (other.offer === one.offer && ageMs < 14 * day)
        this.#report('not again soon', one, `sent ${ageMs / day} days ago`);
      if (weekOf(other.at) === weekOf(one.at)) inWeek += 1;
    }
    if (inWeek > 2) this.#report('two a week', one, `it is number ${inWeek}`);
  }

  /** At most 150 of the two offers with a reward of ten a day, over all customers. */
  #checkBudget(sent: readonly Sent[]): void {
    const days = new Map<number, number>();
    for (const one of sent) {
      if (this.#offers.get(one.offer)?.reward !== 10) continue;
      const number = Math.floor(one.at / day);
      const count = (days.get(number) ?? 0) + 1;
      days.set(number, count);
      if (count > 150) this.#report('150 tens a day', one, `it is number ${count} of the day`);
    }
  }
}

/** Only in its channels, and over by the end of July. */
function checkOffer(sent: Sent, offer: Offer, report: Report): void {
  if (!offer.channels.includes(sent.channel))
    report('channel', sent, `${offer.id} is not for ${sent.channel}`);
  if (sent.at < start || sent.at + offer.durationMs > end)
    report('validity', sent, `${offer.id} lasts ${offer.durationMs / day} days and would outlast July`);
}

/** Phones are silent from 21 to 7, friends hear nothing from 22 to 8. */
function checkClock(sent: Sent, report: Report): void {
  const clock = new Date(sent.at).getUTCHours();
  if (sent.channel === 'mobile' && (clock >= 21 || clock < 7))
    report('phone at night', sent, `${clock} o'clock`);
  if (sent.channel === 'social' && (clock >= 22 || clock < 8))
    report('social by day', sent, `${clock} o'clock`);
}

interface Known {
  readonly happened: readonly Happened[];
  readonly offers: ReadonlyMap<string, Offer>;
  readonly report: Report;
}

/**
 * None while an offer of the chain itself was open: received, not over, and not redeemed since. What the file tells of the
 * same hour may have come after the decision and is left out.
 */
function checkOpen(sent: Sent, { happened, offers, report }: Known): void {
  for (const { kind, at, offer } of happened) {
    if (kind !== 'offer received' || offer === undefined || at >= sent.at) continue;
    if (sent.at - at >= (offers.get(offer)?.durationMs ?? 0)) continue;
    const isRedeemed = happened.some(
      (other) =>
        other.kind === 'offer completed' && other.offer === offer && other.at > at && other.at <= sent.at,
    );
    if (!isRedeemed)
      report('none while one is open', sent, `${offer} was received ${(sent.at - at) / hour} hours before`);
  }
}

/** An offer that asks for twenty dollars goes to those who spent as much within 30 days. */
function checkSpend(
  sent: Sent,
  { offer, happened, report }: Pick<Known, 'happened' | 'report'> & { readonly offer: Offer },
): void {
  let spent = 0;
  for (const { kind, at, amount } of happened)
    if (kind === 'transaction' && at <= sent.at && at > sent.at - 30 * day) spent += amount;
  if (spent < offer.difficulty - 1e-6) report('who spends', sent, `${spent} dollars within 30 days`);
}

/** Weeks begin on Monday; the first of January 1970 was a Thursday. */
function weekOf(at: number): number {
  return Math.floor((at / day + 3) / 7);
}

interface DumpedDecision {
  readonly id: string;
  readonly customer: string;
  readonly at: number;
  readonly placements: readonly {
    readonly channel: string;
    readonly treatments: readonly { readonly content: { readonly offer?: unknown } }[];
  }[];
}
