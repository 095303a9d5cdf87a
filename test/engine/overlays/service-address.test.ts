import { describe, expect, it, test } from 'vitest';
import { anonymousKey, type Json, userKey } from '../../../engine/index.ts';
import { readServiceAddress } from '../../../engine/overlays/service-address.ts';

function filled(written: string, key = userKey('ada'), traits: Readonly<Record<string, Json>> = {}) {
  const read = readServiceAddress(written);
  if ('fault' in read) throw new Error(read.fault);
  return read.addressOf({ key, trait: (name) => traits[name] });
}

test.each([
  ['https://scores.example/v1/{{ customer.id }}', 'https://scores.example/v1/ada'],
  ['https://scores.example/v1?id={{customer.key}}&x=1', 'https://scores.example/v1?id=u%3Aada&x=1'],
  ['https://[2001:db8::1]:8443/{{ customer.id }}', 'https://[2001:db8::1]:8443/ada'],
  ['https://scores.example/plain', 'https://scores.example/plain'],
])('fills %s', (written, address) => {
  expect(filled(written)).toBe(address);
});

describe('what a customer says', () => {
  it.each(['../admin', 'a/b', 'a?b=c', 'a#b', 'a@b', '..a', 'ä ö', '{{ customer.key }}', '%2e%2e'])(
    'cannot bend the address: %s',
    (text) => {
      const address = new URL(
        filled('https://scores.example/v1/{{ traits.code }}/end?x=1', userKey('ada'), { code: text }) ?? '',
      );
      expect(address.origin).toBe('https://scores.example');
      expect(address.pathname.split('/')).toHaveLength(4);
      expect(decodeURIComponent(address.pathname.split('/')[2] ?? '')).toBe(text);
      expect(address.search).toBe('?x=1');
      expect(address.hash).toBe('');
    },
  );

  it('leaves the service unasked where it is missing or no text', () => {
    for (const code of [undefined, null, '', '.', '..', true, { a: 1 }, '\uD800']) {
      const traits = code === undefined ? {} : { code: code as Json };
      expect(filled('https://scores.example/{{ traits.code }}', userKey('ada'), traits)).toBeUndefined();
    }
  });

  it('is not told of a visitor who has no name', () => {
    expect(filled('https://scores.example/{{ customer.id }}', anonymousKey('x1'))).toBeUndefined();
    expect(filled('https://scores.example/{{ customer.key }}', anonymousKey('x1'))).toBe(
      'https://scores.example/a%3Ax1',
    );
  });
});

test.each([
  'ftp://scores.example/{{ customer.id }}',
  'scores.example/{{ customer.id }}',
  'https://{{ traits.host }}/v1',
  'https://scores.example{{ traits.host }}/v1',
  'https://user:secret@scores.example/v1',
  'https://scores.example/a b',
  'https://',
])('refuses the address %s', (written) => {
  expect(readServiceAddress(written)).toEqual({ fault: 'address' });
});

test.each(['context.city', 'customer', 'traits', 'features.x', 'traits.a b', 'customer.id | upcase', ''])(
  'refuses the gap %j',
  (gap) => {
    expect(readServiceAddress(`https://scores.example/{{ ${gap} }}`)).toEqual({ fault: 'gap', gap });
  },
);
