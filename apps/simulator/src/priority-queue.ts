/** A binary heap: smallest priority first, equal priorities in the order they were added. */
export class PriorityQueue<T> {
  private readonly heap: { readonly priority: number; readonly serial: number; readonly item: T }[] = [];
  private serial = 0;

  get size(): number {
    return this.heap.length;
  }

  /** Priority of the next item, undefined when empty. */
  get nextPriority(): number | undefined {
    return this.heap[0]?.priority;
  }

  add(priority: number, item: T): void {
    const { heap } = this;
    heap.push({ priority, serial: this.serial++, item });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  take(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length === 0) return first.item;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return first.item;
      if (child + 1 < heap.length && this.before(child + 1, child)) child++;
      if (!this.before(child, parent)) return first.item;
      this.swap(child, parent);
      parent = child;
    }
  }

  private before(left: number, right: number): boolean {
    const a = this.heap[left]!;
    const b = this.heap[right]!;
    return a.priority < b.priority || (a.priority === b.priority && a.serial < b.serial);
  }

  private swap(left: number, right: number): void {
    [this.heap[left], this.heap[right]] = [this.heap[right]!, this.heap[left]!];
  }
}
