package io.mlxmanager.serve.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One at a time, in the order they came. Any thread. */
final class ProbeQueue {

    private final List<Object> line = new ArrayList<>();

    /** Takes the last place. */
    synchronized Object enter() {
        Object place = new Object();
        line.add(place);
        return place;
    }

    /** Waits until the place has moved up, or the time is over; 0 means that it is one's turn. */
    synchronized int await(Object place, int seen, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (line.indexOf(place) == seen && seen != 0 && end - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return line.indexOf(place);
    }

    /** Gives the place up, whether its turn had come or not. */
    synchronized void leave(Object place) {
        line.remove(place);
        notifyAll();
    }
}
