import { civilDate, isLeap } from '../../calendar/civil-days.ts';
import { dayOf, timeOfDay, weekdayOf } from '../../calendar/wall-time.ts';
import type { FactValues } from '../../model/rulebook.ts';
import type { WrittenTime } from '../iso-time.ts';
import { invalid, type Shape } from '../shape.ts';
import { CustomerClock } from './customer-clock.ts';
import type { ComparingOperator } from './operator-definition.ts';
import {
  boundary,
  type DayPeriod,
  dayPeriod,
  type TimePeriod,
  timePeriod,
  weekdays,
  yes,
} from './time-literals.ts';

/**
 * Operators on time, on the wall of the customer's own time zone, wherever the server or the author of the book live.
 *
 * 1. `before` and `after` compare moments. A date or time without an offset is the customer's; one that the customer's
 *    clock shows twice (it is put back) means the first, one that it never shows (it is put forward) means as much later
 *    as the clock jumps. `before` a date is before that day begins, `after` a date is when that day is over.
 * 2. The others look at what the wall shows. On the night the clock is put forward nothing happens within the hour that
 *    is left out; on the night it is put back, the hour that comes twice counts twice.
 */
export const timeOperators: Readonly<Record<string, ComparingOperator>> = {
  before: momentOperator('beginning', (moment, bound) => moment < bound),
  after: momentOperator('end', (moment, bound) => moment > bound),
  timeBetween: wallOperator(timePeriod, (fact, { clock, value }, facts) =>
    isInPeriod(timeOfDay(clock.hourOfFact(fact, facts)), value),
  ),
  weekdayIn: wallOperator(weekdays, (fact, { clock, value }, facts) =>
    value.includes(weekdayOf(clock.wallOfFact(fact, facts))),
  ),
  dateBetween: wallOperator(dayPeriod, (fact, { clock, value }, facts) =>
    isInDays(dayOf(clock.wallOfFact(fact, facts)), value),
  ),
  anniversaryToday: wallOperator(
    yes,
    (fact, { clock }, facts) => isAnniversary(clock.wallOfFact(fact, facts), clock.wallNow(facts)),
    { looksAtNow: true },
  ),
};

/** What such an operator compares with: its value, and the clock. */
interface Timed<T> {
  readonly value: T;
  readonly clock: CustomerClock;
}

type OnWall<T> = (fact: unknown, timed: Timed<T>, facts: FactValues) => boolean;

function wallOperator<T>(
  shape: Shape<T>,
  test: OnWall<T>,
  { looksAtNow = false }: { readonly looksAtNow?: boolean } = {},
): ComparingOperator {
  return {
    form: 'comparison',
    takes: 'time',
    reference: false,
    literal: {
      ...shape,
      read: (written, at, context) => {
        const value = shape.read(written, at);
        if (value === invalid) return invalid;
        return { value, clock: new CustomerClock(context, { looksAtNow }) } satisfies Timed<T>;
      },
    },
    compare: (fact, timed, facts = []) => test(fact, timed as Timed<T>, facts),
  };
}

/** Moments may also be compared with a moment that another fact tells. */
function momentOperator(
  dateTells: 'beginning' | 'end',
  test: (moment: number, bound: number) => boolean,
): ComparingOperator {
  return {
    ...wallOperator<WrittenTime>(boundary, (fact, { clock, value }, facts) =>
      test(clock.momentOfFact(fact, facts, 'beginning'), clock.momentOfTime(value, facts, dateTells)),
    ),
    withFact: (context) => {
      const clock = new CustomerClock(context, { looksAtNow: false });
      return (fact, value, facts = []) =>
        test(clock.momentOfFact(fact, facts, 'beginning'), clock.momentOfFact(value, facts, dateTells));
    },
  };
}

/** The end does not belong to it; a period that ends before it starts goes past midnight. */
function isInPeriod(time: number, { start, end }: TimePeriod): boolean {
  return start < end ? time >= start && time < end : time >= start || time < end;
}

function isInDays(day: number, { first, last }: DayPeriod): boolean {
  return day >= first && day <= last;
}

/** The same day of the year. Who was born on a 29th of February celebrates on the 28th in years without one. */
function isAnniversary(first: number, today: number): boolean {
  const born = civilDate(dayOf(first));
  const now = civilDate(dayOf(today));
  if (born.month !== now.month) return false;
  const isMoved = born.month === 2 && born.day === 29 && !isLeap(now.year);
  return now.day === (isMoved ? 28 : born.day);
}
