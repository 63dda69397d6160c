import { Counter, Histogram, type Registry } from 'prom-client';

/**
 * Counting for the hot path. A child of a prom-client metric hashes its labels on every call, and a counter with a
 * histogram costs a delivery about a microsecond; a cell is a number in an object, and what prom-client needs is copied
 * when somebody reads the metrics.
 */
export interface Cell {
  value: number;
}

interface Declaration<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
}

type Labels<L extends string> = Readonly<Record<L, string>>;

/** A counter whose children are plain cells. */
export class CellCounter<L extends string> {
  private readonly cells: { readonly labels: Labels<L>; readonly cell: Cell }[] = [];

  constructor(declaration: Declaration<L>, registry: Registry) {
    const { cells } = this;
    // Constructed for its registration; the registry holds on to it.
    void new Counter<L>({
      ...declaration,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, cell } of cells) this.inc(labels, cell.value);
      },
    });
  }

  /** A child for ever: bind it once, count by `cell.value += 1`. */
  bind(labels: Labels<L>): Cell {
    const cell = { value: 0 };
    this.cells.push({ labels, cell });
    return cell;
  }
}

/** One child of a histogram. */
export class HistogramCell {
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.sum += value;
    this.count += 1;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index !== -1) this.counts[index] = (this.counts[index] ?? 0) + 1;
  }
}

/** A histogram whose children are cells. */
export class CellHistogram<L extends string> extends Histogram<L> {
  private readonly children: { readonly labels: Labels<L>; readonly cell: HistogramCell }[] = [];

  constructor(
    private readonly declaration: Declaration<L> & { readonly buckets: readonly number[] },
    registry: Registry,
  ) {
    super({ ...declaration, buckets: [...declaration.buckets], registers: [registry] });
  }

  bind(labels: Labels<L>): HistogramCell {
    const cell = new HistogramCell(this.declaration.buckets);
    this.children.push({ labels, cell });
    return cell;
  }

  /**
   * What the registry reads for the text format, and what `get` is made from; prom-client does not declare it. Buckets are
   * cumulative there (Prometheus exposition format).
   */
  getForPromString(): Promise<unknown> {
    const { name, help, buckets } = this.declaration;
    const values = this.children.flatMap(({ labels: sharedLabels, cell }) => {
      const value = (part: string, value: number, labels: Record<string, string | number> = {}) => ({
        labels,
        sharedLabels,
        value,
        metricName: `${name}_${part}`,
      });
      let below = 0;
      const steps = buckets.map((le, index) => {
        below += cell.counts[index] ?? 0;
        return value('bucket', below, { le });
      });
      return [
        ...steps,
        value('bucket', cell.count, { le: '+Inf' }),
        value('sum', cell.sum),
        value('count', cell.count),
      ];
    });
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }
}
