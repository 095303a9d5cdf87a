import { Gauge, type Registry } from 'prom-client';
import { LabelValues, seriesMax } from './label-values.ts';
import type { MetricsRecorder } from './metrics-recorder.ts';

/** Sizes of the segments over the partitions of this process; all processes together have every customer once. */
export function segmentMetrics(registry: Registry): Pick<MetricsRecorder, 'segmentsCounted'> {
  const byPartition = new Map<number, ReadonlyMap<string, number>>();
  const names = new LabelValues(seriesMax - 1);
  new Gauge({
    name: 'nextbest_segment_customers',
    help: 'Customers in a segment, of the partitions that this process works on.',
    labelNames: ['segment'],
    registers: [registry],
    // Summed up when somebody asks: partitions report far more often.
    collect() {
      this.reset();
      for (const sizes of byPartition.values()) {
        for (const [name, size] of sizes) this.labels(names.bounded(name)).inc(size);
      }
    },
  });
  return {
    segmentsCounted: (partition, sizes) => {
      if (sizes) byPartition.set(partition, sizes);
      else byPartition.delete(partition);
    },
  };
}
