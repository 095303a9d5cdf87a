import { hash32 } from '../chance/hash.ts';
import { compareText } from '../compare-text.ts';
import type { Json } from '../model/json.ts';
import type { FeatureCode, PredictorCode } from '../model/propensity-model.ts';

/** What takes ids: one a predictor. A typed list that is made once and filled with every decision. */
export interface IdList {
  [index: number]: number;
  readonly length: number;
}

/** Seed of the hash that puts unknown symbols into their overflow ids: frozen, as the ids are stored with contacts. */
const overflowSeed = 0x6f76_6572;

/**
 * Writes the active ids of the values, which stand in the order of the code's predictors, into a list of that length. The
 * intercept is implied. Ids ascend and are different, as every predictor has a range of its own.
 */
export function encode(code: FeatureCode, values: readonly (Json | undefined)[], into: IdList): void {
  const { predictors } = code;
  for (let index = 0; index < predictors.length; index += 1) {
    into[index] = idOf(predictors[index] as PredictorCode, values[index]);
  }
}

/** The id of one value of a predictor. */
export function idOf(predictor: PredictorCode, value: Json | undefined): number {
  return predictor.kind === 'number' ? numberId(predictor, value) : symbolId(predictor, value);
}

/** The text by which a value is looked up as a symbol; undefined where it is missing, or is no scalar. */
export function symbolOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** Ids that a predictor takes. */
export function sizeOf(predictor: PredictorCode): number {
  return predictor.kind === 'number'
    ? predictor.edges.length + 2
    : 1 + predictor.symbols.length + predictor.overflow;
}

function numberId({ first, edges }: PredictorCode & { kind: 'number' }, value: Json | undefined): number {
  if (typeof value !== 'number' || Number.isNaN(value)) return first;
  let bin = 0;
  while (bin < edges.length && (edges[bin] as number) <= value) bin += 1;
  return first + 1 + bin;
}

function symbolId(predictor: PredictorCode & { kind: 'symbol' }, value: Json | undefined): number {
  const { first, symbols, overflow } = predictor;
  const symbol = symbolOf(value);
  if (symbol === undefined) return first;
  const place = placeOf(symbols, symbol);
  if (place >= 0) return first + 1 + place;
  return overflow === 0 ? first : first + 1 + symbols.length + (hash32(symbol, overflowSeed) % overflow);
}

/** Symbols stand in the order of their code units. -1 where it is not among them. */
function placeOf(symbols: readonly string[], symbol: string): number {
  let low = 0;
  let high = symbols.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareText(symbols[middle] as string, symbol);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
