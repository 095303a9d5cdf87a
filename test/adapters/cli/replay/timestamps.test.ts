import { expect, test } from 'vitest';
import {
  compileTimestampFormat,
  countedFrom,
  readIsoTimestamp,
} from '../../../../adapters/cli/replay/timestamps.ts';

test.each([
  ['yyyymmdd', '19970101', '1997-01-01T00:00:00.000Z'],
  ['yyyymmdd', 19970228, '1997-02-28T00:00:00.000Z'],
  ['yyyy-mm-dd HH:mm:ss UTC', '2019-10-01 00:02:03 UTC', '2019-10-01T00:02:03.000Z'],
  ['m/d/yyyy H:mm', '12/1/2010 8:26', '2010-12-01T08:26:00.000Z'],
  ['dd.MM.yyyy HH:mm:ss.SSS', '31.12.2024 23:59:59.999', '2024-12-31T23:59:59.999Z'],
])('reads %s as UTC', (format, cell, expected) => {
  const at = compileTimestampFormat(format)?.(cell);
  expect(new Date(at ?? Number.NaN).toISOString()).toBe(expected);
});

test.each([
  ['yyyymmdd', '19970229'],
  ['yyyymmdd', '1997-01-01'],
  ['yyyy-mm-dd HH:mm', '2020-01-01 24:00'],
  ['yyyymmdd', undefined],
])('refuses what is no time in the format %s', (format, cell) => {
  expect(compileTimestampFormat(format)?.(cell)).toBeUndefined();
});

test('refuses a format without a year or with a part twice', () => {
  expect(compileTimestampFormat('mm/dd')).toBeUndefined();
  expect(compileTimestampFormat('yyyy-dd-dd')).toBeUndefined();
});

test('counts units from a start', () => {
  const from = Date.UTC(2026, 0, 1);
  expect(countedFrom('hours', from)(714)).toBe(from + 714 * 3_600_000);
  expect(countedFrom('s', 0)('1.5')).toBe(1_500);
  expect(countedFrom('days', 0)('')).toBeUndefined();
  expect(countedFrom('days', 0)(1e12)).toBeUndefined();
});

test('reads ISO 8601 with and without an offset, and the UTC of logs', () => {
  expect(readIsoTimestamp('2010-12-01T08:26:00')).toBe(Date.UTC(2010, 11, 1, 8, 26));
  expect(readIsoTimestamp('2010-12-01T08:26:00+02:00')).toBe(Date.UTC(2010, 11, 1, 6, 26));
  expect(readIsoTimestamp('2010-12-01 08:26:00 UTC')).toBe(Date.UTC(2010, 11, 1, 8, 26));
  expect(readIsoTimestamp('2010-12-01')).toBe(Date.UTC(2010, 11, 1));
  expect(readIsoTimestamp('yesterday')).toBeUndefined();
});
