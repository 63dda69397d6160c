import { Kafka, logLevel } from 'kafkajs';

/**
 * Waits until a client can describe the cluster, which needs the controller, the metadata and a listener at work.
 *
 * @param failed asked between attempts; a text ends the waiting with that text as the error.
 */
export async function waitUntilReady(
  brokers: string,
  timeoutMs: number,
  failed: () => Promise<string | undefined>,
): Promise<void> {
  const kafka = new Kafka({
    brokers: brokers.split(','),
    clientId: 'readiness',
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const { brokers: nodes } = await admin.describeCluster();
      if (nodes.length > 0) return;
    } catch (error) {
      const reason = await failed();
      if (reason !== undefined) throw new Error(reason, { cause: error });
      if (Date.now() > deadline) throw new Error(`the broker at ${brokers} is not ready`, { cause: error });
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
