import { AlwaysOwnedLeases } from '../../../adapters/memory/always-owned-leases.ts';
import { describePartitionLeases } from './partition-leases-suite.ts';

describePartitionLeases('one node', async () => ({ node: new AlwaysOwnedLeases(), close: async () => {} }), {
  exclusive: false,
});
