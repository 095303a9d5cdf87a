import { type ExpressionFault, faultAt } from './expression.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly text: string; readonly at: number }
  /** `isQuoted`: between backticks, so that no word of the language is meant. */
  | { readonly kind: 'name'; readonly text: string; readonly isQuoted: boolean; readonly at: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: string; readonly at: number };

const space = /[ \t\r\n]*/y;
const number = /\d+(?:\.\d+)?(?:e[-+]?\d+)?/iy;
const name = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*/uy;
const symbol = /<=|>=|!=|==|[-+*/()<>=,]/y;
const quotedText = /'((?:[^']|'')*)'/y;
const quotedName = /`([^`]+)`/y;

/** The words and signs of an expression, with an end behind them; or the first thing that is neither. */
export function tokensOf(
  source: string,
): { readonly tokens: readonly Token[] } | { readonly fault: ExpressionFault } {
  const tokens: Token[] = [];
  let at = after(space, source, 0);
  while (at < source.length) {
    const token = tokenAt(source, at);
    if ('message' in token) return { fault: token };
    tokens.push(token.token);
    at = after(space, source, token.end);
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return { tokens };
}

interface Found {
  readonly token: Token;
  readonly end: number;
}

function tokenAt(source: string, at: number): Found | ExpressionFault {
  const word = match(name, source, at);
  if (word) return { token: { kind: 'name', text: word[0], isQuoted: false, at }, end: at + word[0].length };
  const digits = match(number, source, at);
  if (digits) return numberAt(source, at, digits[0]);
  const sign = match(symbol, source, at);
  if (sign) return { token: { kind: 'symbol', text: sign[0], at }, end: at + sign[0].length };
  return quotedAt(source, at);
}

function numberAt(source: string, at: number, text: string): Found | ExpressionFault {
  const end = at + text.length;
  const value = Number(text);
  const isWhole = Number.isFinite(value) && !/[\p{L}\p{N}_.]/u.test(source.charAt(end));
  if (isWhole) return { token: { kind: 'number', value, text, at }, end };
  return faultAt(at, `found \`${excerpt(source, at)}\`, expected a number such as 12 or 0.5`);
}

function quotedAt(source: string, at: number): Found | ExpressionFault {
  const text = match(quotedText, source, at);
  if (text) {
    const value = (text[1] ?? '').replaceAll("''", "'");
    return { token: { kind: 'text', value, text: text[0], at }, end: at + text[0].length };
  }
  const quoted = match(quotedName, source, at);
  if (quoted) {
    const token = { kind: 'name', text: quoted[1] ?? '', isQuoted: true, at } as const;
    return { token, end: at + quoted[0].length };
  }
  return strange(source, at);
}

function strange(source: string, at: number): ExpressionFault {
  const sign = String.fromCodePoint(source.codePointAt(at) ?? 0);
  switch (sign) {
    case "'":
      return faultAt(at, 'found a text that does not end, expected a quote behind it');
    case '`':
      return faultAt(at, 'found a name that does not end, expected a backtick behind it');
    case '"':
      return faultAt(
        at,
        'found a double quote, expected an expression',
        "Write texts in single quotes: 'gold'.",
      );
    default:
      return faultAt(at, `found \`${sign}\`, expected an expression`);
  }
}

export function excerpt(source: string, at: number): string {
  const rest = source.slice(at);
  return rest.length > 20 ? `${rest.slice(0, 20)}...` : rest;
}

function match(form: RegExp, source: string, at: number): RegExpExecArray | undefined {
  form.lastIndex = at;
  return form.exec(source) ?? undefined;
}

function after(form: RegExp, source: string, at: number): number {
  return at + (match(form, source, at)?.[0].length ?? 0);
}
