import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Whom a service may be. A rule file names its address, and whoever may edit rule files must not reach into the network
 * that the server stands in; names are judged by what they resolve to, at the moment of connecting.
 */

/** Never a service: this host, the neighbours on the link with the cloud's metadata among them, and many at once. */
const never = blockList([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  // Other spellings of IPv4 addresses: of NAT64, Teredo and 6to4.
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
]);

const inside = blockList([
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  // `::1`, and IPv4 addresses with zeros before them.
  ['::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
]);

export interface AddressGuard {
  /** Throws for an address that must not be asked; a name is judged when it is looked up. */
  readonly check: (url: URL) => void;
  readonly lookup: LookupFunction;
}

export function guardAddresses({ allowsPrivate }: { readonly allowsPrivate: boolean }): AddressGuard {
  const isAllowed = (address: string) => {
    // As a range of the list this one would cover every IPv4 address.
    if (/^::ffff:/i.test(address)) return false;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return !never.check(address, family) && (allowsPrivate || !inside.check(address, family));
  };
  return {
    check: ({ protocol, hostname }) => {
      if (protocol !== 'https:' && !(allowsPrivate && protocol === 'http:')) {
        throw new Error('only https is asked, unless NEXTBEST_ENRICH_PRIVATE is true');
      }
      // An address that is written out is never looked up.
      const literal = hostname.replace(/^\[(.*)\]$/, '$1');
      if (isIP(literal) !== 0 && !isAllowed(literal)) throw refused();
    },
    lookup: (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '');
        const allowed = found.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (!first) return callback(refused(), '');
        if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    },
  };
}

function refused(): Error {
  return new Error(
    'its address is private or reserved; set NEXTBEST_ENRICH_PRIVATE to true for private ones',
  );
}

function blockList(
  ranges: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[],
): BlockList {
  const list = new BlockList();
  for (const range of ranges) list.addSubnet(...range);
  return list;
}
