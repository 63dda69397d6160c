import { describe, expect, it } from 'vitest';
import { BrokerCommits, type OffsetCommit } from './broker-commits.js';

/** A coordinator that answers when it is told to. */
function coordinator() {
  const received: OffsetCommit[][] = [];
  const answers: ((error?: Error) => void)[] = [];
  const failures: unknown[] = [];
  const commits = new BrokerCommits(
    (offsets) =>
      new Promise((resolve, reject) => {
        received.push(offsets);
        answers.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
    (error) => failures.push(error),
  );
  const answer = async (error?: Error) => {
    answers.shift()?.(error);
    await new Promise(setImmediate);
  };
  return { commits, received, failures, answer };
}

describe('commits to the consumer group', () => {
  it('pile up while one is on its way, and go out together with the newest offset of each partition', async () => {
    const { commits, received, answer } = coordinator();
    commits.note('t', 0, 1_000n);
    commits.note('t', 0, 2_000n);
    commits.note('t', 1, 50n);
    commits.note('t', 0, 3_000n);
    await answer();

    expect(received).toEqual([
      [{ topic: 't', partition: 0, offset: '1000' }],
      [
        { topic: 't', partition: 0, offset: '3000' },
        { topic: 't', partition: 1, offset: '50' },
      ],
    ]);
  });

  it('never go below what the group has', async () => {
    const { commits, received, answer } = coordinator();
    commits.startFrom('t', 0, 500n);
    commits.note('t', 0, 400n);
    commits.note('t', 0, 500n);
    expect(received).toEqual([]);

    commits.note('t', 0, 501n);
    await answer();
    commits.note('t', 0, 450n);

    expect(received).toEqual([[{ topic: 't', partition: 0, offset: '501' }]]);
  });

  it('may fail without harm: it is reported, and the next one goes out', async () => {
    const { commits, received, failures, answer } = coordinator();
    commits.note('t', 0, 1n);
    await answer(new Error('coordinator unreachable'));
    commits.note('t', 0, 2n);

    expect(failures).toEqual([new Error('coordinator unreachable')]);
    expect(received).toHaveLength(2);
  });
});
