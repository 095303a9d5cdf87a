import { Context, type Emitter, Liquid, type Template, toValueSync } from 'liquidjs';
import type { Libraries, TextTemplate } from '../../engine/ports.ts';
import { pureDateFilters } from './pure-date-filters.ts';
import { type Piece, piecesOf, placesRead, withoutMarks } from './text-with-gaps.ts';

/**
 * Text templates of rule files: Liquid, cut down to what a pure decision may do.
 *
 * 1. Same template and same scope give the same text: no clock, no chance, no locale or time zone of the machine.
 * 2. A template reads its scope and nothing else: no files, no other templates, no prototypes; it changes nothing.
 * 3. Work, memory and output are bounded by counts, never by a stop watch, so that a bound is reproducible as well.
 * 4. `render` never throws. A decision must not fail, and a partition must not stop, because of one text: whatever
 *    cannot be rendered with the data at hand is empty, just as an undefined variable is. What fails with every data
 *    is found by a trial at compile time and refused there.
 */

/** Characters of one template. */
const sourceLengthMax = 20_000;
/** Characters of one rendered text. */
const outputLengthMax = 100_000;
/** Texts, outputs and tags that one rendering may go through; a loop counts each round. */
const stepsMax = 10_000;
/** Characters and list entries that filters and ranges may create in one rendering. */
const memoryMax = 1_000_000;

/** Tags that read other templates, or write to the scope. */
const withheldTags = ['include', 'render', 'layout', 'block', 'increment', 'decrement'];
/** Filters that leave something to chance. */
const withheldFilters = ['sample', 'shuffle'];

const tooMuchWork = `it does more work than a text may: at most ${stepsMax} steps; is there a loop over a long range?`;
const tooLong = `the text it makes is longer than ${outputLengthMax} characters`;

export const compileTemplate: Libraries['compileTemplate'] = (source) => {
  if (source.length > sourceLengthMax) {
    return { error: `it is ${source.length} characters long; a template may have ${sourceLengthMax}` };
  }
  if (!source.includes('{{') && !source.includes('{%')) return plainText(source);
  try {
    // One engine per template would cost memory, one per process would be shared state; parsing keeps no state, so
    // the frozen settings below are all that templates have in common.
    const templates = liquid.parse(source);
    renderText(
      templates.map((template) => ({ template })),
      {},
    );
    const whole = templates.map((template): Piece => ({ template }));
    return {
      render: (scope) => renderOrEmpty(whole, scope),
      reads: placesRead(templates),
      withGaps: (isWithheld) => {
        const pieces = piecesOf(source, templates, isWithheld);
        return (scope) => renderOrEmpty(pieces, scope, withoutMarks);
      },
    };
  } catch (error) {
    return { error: explain(error) };
  }
};

function plainText(source: string): TextTemplate {
  const render = () => source;
  return { render, reads: [], withGaps: () => render };
}

const liquid = createLiquid();

function createLiquid(): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    relativeReference: false,
    dynamicPartials: false,
    // Any file is absent: with a map of templates the file system is never asked.
    templates: {},
    cache: false,
    jsTruthy: false,
    timezoneOffset: 0,
    locale: 'en-US',
    parseLimit: sourceLengthMax,
    memoryLimit: memoryMax,
  });
  for (const name of withheldTags) delete engine.tags[name];
  for (const name of withheldFilters) engine.unregisterFilter(name);
  for (const [name, filter] of pureDateFilters()) engine.registerFilter(name, filter);
  return engine;
}

type Scope = Readonly<Record<string, unknown>>;
/** What becomes of the text that a piece was rendered to. */
type Finish = (rendered: string) => string;

function renderOrEmpty(pieces: readonly Piece[], scope: Scope, finish?: Finish): string {
  try {
    return renderText(pieces, scope, finish);
  } catch {
    // Invariant 4: data that a template cannot cope with leaves its text empty.
    return '';
  }
}

function renderText(pieces: readonly Piece[], scope: Scope, finish: Finish = String): string {
  // No tag that is left writes to the scope: names that a text gives values live beside it.
  const context = new Context(scope, liquid.options, { sync: true }, { liquid });
  let steps = 0;
  // The library checks a stop watch before each step; counting the checks instead gives every run the same bound.
  context.renderLimit.check = () => {
    steps += 1;
    if (steps > stepsMax) throw new Error(tooMuchWork);
  };
  const output = new BoundedOutput();
  for (let next = 0; next < pieces.length; ) {
    const run = templatesFrom(pieces, next);
    if (run.length === 0) {
      const piece = pieces[next];
      if (piece && 'written' in piece) output.write(piece.written);
      next += 1;
      continue;
    }
    const before = output.buffer;
    output.buffer = '';
    toValueSync(liquid.renderer.renderTemplates(run, context, output));
    const rendered = finish(output.buffer);
    output.buffer = before;
    output.write(rendered);
    next += run.length;
  }
  return output.buffer;
}

/** The templates that stand together from here on. */
function templatesFrom(pieces: readonly Piece[], begin: number): Template[] {
  const run: Template[] = [];
  for (let index = begin; index < pieces.length; index += 1) {
    const piece = pieces[index];
    if (!piece || !('template' in piece)) break;
    run.push(piece.template);
  }
  return run;
}

class BoundedOutput implements Emitter {
  buffer = '';

  write(value: unknown): void {
    this.buffer += textOf(value);
    if (this.buffer.length > outputLengthMax) throw new Error(tooLong);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join('');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The library's messages in the words of someone who writes texts, not programs. */
function explain(error: unknown): string {
  const found = error instanceof Error ? error.message : String(error);
  const [, message = found, line, column] = /^([\s\S]*), line:(\d+), col:(\d+)$/.exec(found) ?? [];
  const place = line === undefined ? '' : ` (line ${line}, character ${column} of the text)`;
  return `${inWords(message)}${place}`;
}

function inWords(message: string): string {
  const filter = /^undefined filter: (.*)$/.exec(message)?.[1];
  if (filter !== undefined) {
    return withheldFilters.includes(filter)
      ? `the filter "${filter}" is left to chance and therefore not available`
      : `there is no filter "${filter}"`;
  }
  const tag = /^tag "(.*)" not found$/.exec(message)?.[1];
  if (tag !== undefined) {
    return withheldTags.includes(tag)
      ? `the tag {% ${tag} %} is not available in rule files`
      : `there is no tag {% ${tag} %}`;
  }
  if (message.startsWith('memory alloc limit')) {
    return `it makes more than ${memoryMax} characters or list entries; is there a range that is too long?`;
  }
  if (/maximum call stack/i.test(message)) return 'it is nested too deeply';
  return message;
}
