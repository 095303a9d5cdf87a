import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Diagnostic, Place, RuleDocument, Severity } from './rule-file.ts';

/** What all positions of one document share. */
interface CursorSource {
  readonly file: string;
  readonly document: RuleDocument;
  readonly findings: Diagnostic[];
}

/**
 * A position in a rule document: it knows where it stands and where findings go. A big book makes millions of them and
 * asks few where they are, so each only holds on to its parent until it is asked.
 */
export class Cursor {
  private readonly source: CursorSource;
  private readonly parent: Cursor | undefined;
  private readonly key: string | number;

  constructor(source: CursorSource, parent?: Cursor, key: string | number = '') {
    this.source = source;
    this.parent = parent;
    this.key = key;
  }

  /** The position below this one. */
  at(...keys: readonly (string | number)[]): Cursor {
    let cursor: Cursor = this;
    for (const key of keys) cursor = new Cursor(this.source, cursor, key);
    return cursor;
  }

  get file(): string {
    return this.source.file;
  }

  /** Keys from the document down to here. */
  get path(): readonly (string | number)[] {
    const keys: (string | number)[] = [];
    for (let cursor: Cursor = this; cursor.parent; cursor = cursor.parent) keys.push(cursor.key);
    return keys.reverse();
  }

  get place(): Place {
    return this.source.document.locate(this.path);
  }

  /** How messages name this position: `treatments.hero.channel`. */
  get label(): string {
    return this.parent ? this.path.join('.') : 'the document';
  }

  error(code: DiagnosticCode, message: string, hint?: string): void {
    this.add('error', code, message, hint);
  }

  /** An error in the name of this position, not in what stands there: the value may begin lines below its name. */
  errorInKey(code: DiagnosticCode, message: string, hint?: string): void {
    this.add('error', code, message, hint, this.source.document.locate(this.path, 'key'));
  }

  warn(code: DiagnosticCode, message: string, hint?: string): void {
    this.add('warning', code, message, hint);
  }

  private add(
    severity: Severity,
    code: DiagnosticCode,
    message: string,
    hint: string | undefined,
    { line, column }: Place = this.place,
  ): void {
    const finding = { code, severity, file: this.file, line, column, message };
    this.source.findings.push(hint === undefined ? finding : { ...finding, hint });
  }
}

/** `file:line` of a position, for messages that point at a second place. */
export function whereIs(at: Cursor): string {
  return `${at.file}:${at.place.line}`;
}
