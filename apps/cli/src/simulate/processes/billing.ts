import { moveBalance, transactionChanged, userBalanceChanged } from '../bodies/money.js';
import { sessionAmount } from '../bodies/session.js';
import { round } from '../random.js';
import type { Session } from '../world.js';
import type { Stage } from './stage.js';

const LOW_BALANCE = 5;
const TOP_UP = 25;

/** A transaction for the session; from the balance for those who keep one, topped up when it runs low. */
export function settleBill(session: Session, stage: Stage): void {
  const { user } = session;
  const { counters } = stage.world;
  const transactionId = ++counters.transaction;
  const amount = round(sessionAmount(session), 2);
  stage.tell(transactionChanged(transactionId, 'created', stage.stamp()));
  stage.in(stage.random.int(3, 40), () => {
    stage.tell(transactionChanged(transactionId, 'updated', stage.stamp()));
    if (user.paysFrom !== 'balance') return;
    moveBalance(user, -amount);
    const charge = { debit: amount, credit: 0, type: 'transaction', transactionId } as const;
    stage.tell(userBalanceChanged(user, charge, stage.stamp()));
    if (user.balance >= LOW_BALANCE) return;
    moveBalance(user, TOP_UP);
    const topUp = {
      debit: 0,
      credit: TOP_UP,
      type: 'auto_top_up',
      transactionId: ++counters.transaction,
    } as const;
    stage.tell(userBalanceChanged(user, topUp, stage.stamp()));
  });
}
