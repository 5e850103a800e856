// Joins those who emit events with those who write them: the logger and the command line.
import type { EmitEvent, LandingEvent } from '../contracts/events.ts'

export interface EventHub {
  readonly emit: EmitEvent
  /** The returned function ends the subscription. */
  subscribe(subscriber: (event: LandingEvent) => void): () => void
}

/** A hub without subscribers; subscribers are called in the order in which they came. */
export function createEventHub(): EventHub {
  const subscribers = new Set<(event: LandingEvent) => void>()
  return {
    emit: (event) => {
      for (const subscriber of subscribers) subscriber(event)
    },
    subscribe: (subscriber) => {
      subscribers.add(subscriber)
      return () => void subscribers.delete(subscriber)
    },
  }
}
