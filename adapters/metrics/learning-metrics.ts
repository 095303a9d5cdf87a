import { Counter, Gauge, type Registry } from 'prom-client';
import type { LearningFigures, MetricsRecorder } from './metrics-recorder.ts';

type LearningMetrics = Pick<MetricsRecorder, 'learned' | 'requestsScoredAt' | 'foldsScoredAt'>;

/** How the models fare. What the learner tells has values on one process alone: the one where it runs. */
export function learningMetrics(registry: Registry, now: () => number): LearningMetrics {
  const registers = [registry];
  let figures: LearningFigures | undefined;
  const gauge = (name: string, help: string, of: (figures: LearningFigures) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        if (figures) this.set(of(figures));
        else this.remove();
      },
    });
  gauge('nextbest_lessons_waiting', 'Lessons in the journals that are not learned yet.', (f) => f.waiting);
  gauge(
    'nextbest_lesson_age_seconds',
    'Age of the oldest lesson when it was learned in the last round; 0 where there was none.',
    (f) => f.oldestMs / 1_000,
  );
  gauge('nextbest_models', 'Models of the code that scores first.', (f) => f.models);
  gauge('nextbest_models_mature', 'Those of them that rest on enough conversions.', (f) => f.mature);
  const learned = new Counter({
    name: 'nextbest_lessons_learned_total',
    help: 'Lessons learned.',
    registers,
  });
  const lost = new Counter({
    name: 'nextbest_lessons_lost_total',
    help: 'Lessons that were gone from their journal before they were learned.',
    registers,
  });
  const solving = new Counter({
    name: 'nextbest_models_solving_seconds_total',
    help: 'Time for which models were solved anew.',
    registers,
  });
  return {
    learned: (round) => {
      figures = round;
      if (!round) return;
      learned.inc(round.learned);
      lost.inc(round.lost);
      solving.inc(round.solvedMs / 1_000);
    },
    ...ageMetrics(registry, now),
  };
}

/** Rows are as old as the last that changed: with little to learn, an age is no fault. */
function ageMetrics(registry: Registry, now: () => number): Omit<LearningMetrics, 'learned'> {
  let requests = 0;
  const folds = new Map<number, number>();
  const ageOf = (at: number) => Math.max(0, (now() - at) / 1_000);
  new Gauge({
    name: 'nextbest_scoring_age_seconds',
    help: 'Time since the newest rows were made that requests and folds of this process score with; folds: the oldest partition.',
    labelNames: ['side'],
    registers: [registry],
    collect() {
      this.reset();
      if (requests > 0) this.labels('requests').set(ageOf(requests));
      const known = [...folds.values()].filter((at) => at > 0);
      if (known.length > 0) this.labels('folds').set(ageOf(Math.min(...known)));
    },
  });
  return {
    requestsScoredAt: (at) => {
      requests = at;
    },
    foldsScoredAt: (partition, at) => {
      if (at === undefined) folds.delete(partition);
      else folds.set(partition, at);
    },
  };
}
