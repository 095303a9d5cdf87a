import { dayOf } from '../../calendar/wall-time.ts';
import { day } from '../../limits.ts';
import type { QuietHours } from '../../model/quiet-hours.ts';
import type { QuietHoursFields } from '../compile-quiet-hours.ts';
import type { Draft } from '../register.ts';
import type { LintedBook } from './linted-book.ts';

/** Quiet hours that never come, that spare nothing, or that leave nothing. */
export function lintQuietHours(book: LintedBook): void {
  const { rulebook, drafts } = book;
  for (const [index, draft] of drafts.quietHours.drafts.entries()) {
    const entry = rulebook.quietHours.entries[index];
    if (!entry) continue;
    lintChannels(book, entry, draft);
    lintDates(book, entry, draft);
    lintEnd(book, entry, draft);
    lintExceptions(book, draft);
    lintWhole(book, entry, draft);
  }
}

function lintChannels(
  { rulebook, warn }: LintedBook,
  { channels, queues }: QuietHours,
  { name, at }: Draft<QuietHoursFields>,
): void {
  if (channels.size === 0) {
    warn({
      code: 'NBR_MATCHES_NOTHING',
      at,
      message: `the quiet hours \`${name}\`: expected a channel that is sent to, found none in the book; as it is, they are never kept.`,
      hint: 'Name the channels in `channels`.',
    });
    return;
  }
  const isPushed = [...channels].some((channel) => rulebook.channels.get(channel)?.direction === 'push');
  if (!queues || isPushed) return;
  warn({
    code: 'NBR_NO_EFFECT',
    at: at.at('then'),
    message: `the quiet hours \`${name}\`: found \`then: queue\`, expected a channel that is sent to; whoever asks is answered at once, so nothing is ever put off.`,
    hint: 'Write `then: discard`.',
  });
}

function lintDates(
  { warn }: LintedBook,
  { dates, valid }: QuietHours,
  { name, at }: Draft<QuietHoursFields>,
): void {
  const days = [...dates];
  const stray = days.findIndex((date) => date < valid.from || date >= valid.until);
  if (stray < 0) return;
  warn({
    code: 'NBR_MATCHES_NOTHING',
    at: at.at('dates', stray),
    message: `the quiet hours \`${name}\`: found a date outside \`valid\`, expected one within; it is not kept.`,
    hint: 'Leave it out, or give the quiet hours a longer period.',
  });
}

function lintEnd(
  { warn, now }: LintedBook,
  { valid, period, dates }: QuietHours,
  { name, at, value }: Draft<QuietHoursFields>,
): void {
  if (now === undefined) return;
  // Somewhere it is still the day before.
  const today = dayOf(now) - 1;
  const hasNoDates = period === undefined && Math.max(...dates) < today;
  if (valid.until > today && !hasNoDates) return;
  warn({
    code: 'NBR_EXPIRED',
    at: hasNoDates ? at.at('dates') : at.at('valid', value.valid.until === undefined ? 'from' : 'until'),
    message: `the quiet hours \`${name}\`: found an end that is over, expected one that lies ahead; they are never kept again.`,
    hint: 'Delete them, or give them new dates.',
  });
}

function lintExceptions({ rulebook, warn }: LintedBook, { name, value, at }: Draft<QuietHoursFields>): void {
  const purposes = new Set([...rulebook.actions.values()].map(({ purpose }) => purpose));
  for (const [index, purpose] of value.except.purposes.entries()) {
    if (purposes.has(purpose)) continue;
    warn({
      code: 'NBR_MATCHES_NOTHING',
      at: at.at('except', 'purposes', index),
      message: `the quiet hours \`${name}\`: found the purpose \`${purpose}\`, expected one that an action needs; it spares nothing.`,
      hint: 'Actions that need no consent are spared by their group or by name.',
    });
  }
}

/** Around the clock, on every day, for everybody. */
function lintWhole({ warn }: LintedBook, entry: QuietHours, { name, at }: Draft<QuietHoursFields>): void {
  const { period, jurisdictions, except } = entry;
  const isWhole = period?.start === 0 && period.end === day && period.days.every((isOn) => isOn);
  const isForAll = jurisdictions.length === 0;
  const sparesNothing = except.purposes.length + except.groups.length + except.actions.length === 0;
  if (!isWhole || !isForAll || !sparesNothing) return;
  warn({
    code: 'NBR_FORBIDS_EVERYTHING',
    at,
    message: `the quiet hours \`${name}\`: found every hour of every day, expected some in which messages may be sent; nothing ever is in their channels.`,
    hint: 'Say with `days`, `jurisdictions` or `except` what is meant.',
  });
}
