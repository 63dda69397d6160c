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

  /** What the registry reads. Buckets are cumulative there (Prometheus exposition format). */
  override async get(): Promise<Awaited<ReturnType<Histogram<L>['get']>>> {
    const empty = await super.get();
    const { name, buckets } = this.declaration;
    const values = this.children.flatMap(({ labels, cell }) => {
      let below = 0;
      const steps = buckets.map((le, index) => {
        below += cell.counts[index] ?? 0;
        return { labels: { le, ...labels }, value: below, metricName: `${name}_bucket` };
      });
      return [
        ...steps,
        { labels: { le: '+Inf', ...labels }, value: cell.count, metricName: `${name}_bucket` },
        { labels, value: cell.sum, metricName: `${name}_sum` },
        { labels, value: cell.count, metricName: `${name}_count` },
      ];
    });
    return { ...empty, values: values };
  }
}
