import { expect, test } from 'vitest';
import { describeError } from '../../../adapters/system/describe-error.ts';
import { openLogger } from '../../../adapters/system/logger.ts';
import { CodedError, defaultTenant } from '../../../engine/index.ts';

const secret = 'ada@example.com';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

function logged(write: (logger: ReturnType<typeof openLogger>) => void): string {
  let lines = '';
  const destination = {
    write: (line: string) => {
      lines += line;
    },
  };
  write(openLogger({ logLevel: 'info', tenant: defaultTenant }, destination));
  return lines;
}

test.each([
  ['a parser quotes the text', () => JSON.parse(`{"email":"${secret}",}`)],
  ['a parser quotes a piece of it', () => JSON.parse(`${secret} and more`)],
  ['the language quotes a value', () => Object.defineProperty(Object.freeze({}), secret, { value: 1 })],
  [
    'a lone quotation mark inside of a value',
    () => {
      throw new Error(`cannot use "it's ${secret}", or so`);
    },
  ],
  [
    'an answer of a database quotes arguments',
    () => {
      throw Object.assign(
        new Error(`ERR unknown command \`X\`, with args beginning with: \`u:${secret}\` `),
        {
          command: { name: 'evalsha', args: [secret] },
        },
      );
    },
  ],
  [
    'what caused it',
    () => {
      const cause = thrownBy(() => JSON.parse(secret));
      throw new CodedError('NB_STORE_UNAVAILABLE', `Redis did not answer: "${secret}"`, { cause });
    },
  ],
  [
    'a fault in the input',
    () => {
      throw new CodedError('NB_INVALID_INPUT', `expected a time, found "${secret}"`);
    },
  ],
  [
    'what is thrown is no error',
    () => {
      throw secret;
    },
  ],
])('an error is logged without the values it quotes: %s', (_name, work) => {
  const error = thrownBy(work);
  for (const key of ['err', 'error'])
    expect(logged((log) => log.warn({ [key]: error }, 'trouble'))).not.toContain(secret);
  expect(logged((log) => log.child({}).error({ err: error }, 'trouble'))).not.toContain(secret);
});

test('our own words, codes and places stay', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
  const described = describeError(new CodedError('NB_STORE_UNAVAILABLE', 'Redis did not answer', { cause }));
  expect(described).toMatchObject({
    type: 'CodedError',
    code: 'NB_STORE_UNAVAILABLE',
    text: 'Redis did not answer',
    cause: { code: 'ECONNREFUSED', text: 'connect ECONNREFUSED 127.0.0.1:6379' },
  });
  expect(described.stack?.[0]).toContain('logger.test.ts');
});

test('members of the names under which customers tell things are taken out of every line', () => {
  const line = logged((log) => {
    log.info(
      { traits: { email: secret }, request: { body: secret, url: `/v1/customers/${secret}` } },
      'hello',
    );
  });
  expect(line).not.toContain(secret);
  expect(line).toContain('(withheld)');
});
