import { momentOf } from '../calendar/wall-time.ts';
import { type FactCourse, passing } from '../features/feature-course.ts';
import { day, limits } from '../limits.ts';
import type { Operand, TestNode } from '../model/condition.ts';
import type { SegmentCourse, SegmentView } from '../model/segmentation.ts';
import { operandValue } from '../rules/conditions/condition-tree.ts';
import { splitOperator } from '../rules/conditions/split-operator.ts';
import { readIsoTime } from '../rules/iso-time.ts';
import { type CourseBook, courseOfFact, courseOfZone, zoneOfView } from './fact-course.ts';
import { nextTimeOfDay } from './next-time-of-day.ts';

/** From when on a comparison may come out differently, as long as nothing happens; absent: never. */
export function courseOfTest(tree: TestNode, book: CourseBook): SegmentCourse | undefined {
  const left = courseOfFact(tree.left.read, book);
  const right = 'slot' in tree.right ? courseOfFact(tree.right.read, book) : undefined;
  const own = 'slot' in tree.right ? tree.right.read : undefined;
  const others = tree.reads.filter((read) => read !== own && read.name !== 'customer.timeZone');
  const zone = readsClock(tree, book) ? courseOfZone(book) : undefined;
  if (left === undefined && right === undefined && zone === undefined && others.length === 0)
    return undefined;
  const moving = movingSides(tree, book);
  return (view) => {
    const sides = [left?.(view), right?.(view)] as const;
    const steps = [...sides, zone?.(view)].map((course) =>
      course?.kind === 'steps' ? course.at : Number.POSITIVE_INFINITY,
    );
    const isMoving = others.length > 0 || sides.some((course) => course?.kind === 'moves');
    const isUnknown = sides.some((course) => course?.kind === 'unknown');
    const next = Math.min(
      ...steps,
      isUnknown ? recheckAt(view.at) : Number.POSITIVE_INFINITY,
      isMoving ? moving(view, sides) : Number.POSITIVE_INFINITY,
    );
    return next === Number.POSITIVE_INFINITY ? undefined : Math.max(next, view.at + 1);
  };
}

/** Whether the answer hangs on the customer's clock, so that another time zone changes it. */
function readsClock({ left, reads }: TestNode, { sourceOf, features }: CourseBook): boolean {
  return [left.read, ...reads].some(({ name }) => {
    const source = sourceOf(name);
    return (
      name === 'customer.timeZone' ||
      (source?.kind === 'feature' && features.get(source.feature)?.calendar !== undefined)
    );
  });
}

type Sides = readonly [left: FactCourse | undefined, right: FactCourse | undefined];
/** Infinity: never. */
type MovingCourse = (view: SegmentView, sides: Sides) => number;

/** On a grid, so that when it is looked again does not depend on when it was looked last. */
export function recheckAt(at: number): number {
  return (Math.floor(at / limits.segmentRecheckMs) + 1) * limits.segmentRecheckMs;
}

const orders: ReadonlySet<string> = new Set([
  'equal',
  'notEqual',
  'in',
  'notIn',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
  'between',
]);

/** What is known of an operator when one of its sides is always on the move. */
function movingSides(tree: TestNode, book: CourseBook): MovingCourse {
  const { name, decorators } = splitOperator(tree.operator);
  const isPlain = decorators.every((decorator) => decorator === 'not' || decorator === 'swap');
  const hasPath = tree.left.path !== undefined || ('slot' in tree.right && tree.right.path !== undefined);
  if (!isPlain || hasPath) return ({ at }) => recheckAt(at);
  if (orders.has(name)) return (view, sides) => crossing(tree, view, sides);
  const looksAtNow = isNow(tree.left) || isNow(tree.right) || tree.reads.some(({ kind }) => kind === 'now');
  if (!looksAtNow) return ({ at }) => recheckAt(at);
  switch (name) {
    case 'before':
    case 'after':
      return (view) => boundCrossing(tree, view, book);
    case 'timeBetween':
      return (view) => nextOnWall(view, timesOf(tree.right), book);
    case 'weekdayIn':
    case 'dateBetween':
    case 'anniversaryToday':
      return (view) => nextOnWall(view, midnight, book);
    default:
      return ({ at }) => recheckAt(at);
  }
}

function isNow(operand: Operand): boolean {
  return 'slot' in operand && operand.read.kind === 'now';
}

/** One side moves towards what the other side is. */
function crossing(tree: TestNode, view: SegmentView, [left, right]: Sides): number {
  const moving = left?.kind === 'moves' ? left : right;
  if (moving?.kind !== 'moves' || (left?.kind === 'moves' && right?.kind === 'moves'))
    return recheckAt(view.at);
  const other = moving === left ? operandValue(tree.right, view.facts) : operandValue(tree.left, view.facts);
  let next = Number.POSITIVE_INFINITY;
  for (const bound of Array.isArray(other) ? other : [other]) {
    if (bound === undefined || bound === null || typeof bound === 'boolean') continue;
    if (typeof bound !== 'number') return recheckAt(view.at);
    next = Math.min(next, moving.passes(bound) ?? Number.POSITIVE_INFINITY);
  }
  return next;
}

/** Now is compared with a date, a date-time or a moment; a date has a first and a last millisecond. */
function boundCrossing(tree: TestNode, view: SegmentView, book: CourseBook): number {
  const other = isNow(tree.left) ? operandValue(tree.right, view.facts) : operandValue(tree.left, view.facts);
  const moments = momentsOf(other, view, book).map((moment) => passing(moment, view.at));
  return Math.min(...moments.map((moment) => moment ?? Number.POSITIVE_INFINITY));
}

function momentsOf(value: unknown, view: SegmentView, book: CourseBook): readonly number[] {
  if (typeof value === 'number') return [value];
  const written = typeof value === 'string' ? readIsoTime(value) : undefined;
  if (!written) return [];
  const { wallMs, offsetMs, dateOnly } = written;
  if (offsetMs !== undefined) return [wallMs - offsetMs];
  const zone = zoneOfView(view, book);
  const first = momentOf(wallMs, zone, book.timeZones);
  return dateOnly ? [first, momentOf(wallMs + day, zone, book.timeZones) - 1] : [first];
}

const midnight: readonly number[] = [0];
const minute = 60_000;

/** The ends of a period that is written as `["22:00", "06:00"]`. */
function timesOf(operand: Operand): readonly number[] {
  const written =
    'literal' in operand && Array.isArray(operand.literal) ? (operand.literal as unknown[]) : [];
  return written.map((time) => {
    const [hours = 0, minutes = 0] = String(time).split(':').map(Number);
    return (hours * 60 + minutes) * minute;
  });
}

function nextOnWall(view: SegmentView, times: readonly number[], book: CourseBook): number {
  return nextTimeOfDay(view.at, times, { zone: zoneOfView(view, book), zones: book.timeZones });
}
