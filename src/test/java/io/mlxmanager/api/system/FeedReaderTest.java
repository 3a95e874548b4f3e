package io.mlxmanager.api.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.manage.identity.Caller;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FeedReaderTest {

    private final FeedReader reader = new FeedReader(Caller.ofThisMachine());
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void framesAreWrittenInTheOrderTheyCame() throws InterruptedException {
        reader.offer(new Frame("pool", "{}"));
        reader.offer(new Frame("activity", "{\"at\":1}"));

        reader.run(new EventStream(written), () -> text().contains("activity"));

        assertThat(text()).isEqualTo("event: pool\ndata: {}\n\nevent: activity\ndata: {\"at\":1}\n\n");
    }

    @Test
    void aReaderThatFellTooFarBehindIsGivenWhatWaitsAndThenTheEnd() throws InterruptedException {
        for (int i = 0; i <= FeedReader.QUEUE_LIMIT; i++) {
            reader.offer(new Frame("activity", "{}"));
        }

        reader.run(new EventStream(written), () -> false);

        assertThat(text().split("\n\n")).hasSize(FeedReader.QUEUE_LIMIT);
    }

    @Test
    void aReaderWhoLostTheRightHearsNothingMore() throws InterruptedException {
        reader.offer(new Frame("pool", "{}"));

        reader.run(new EventStream(written), () -> true);

        assertThat(text()).isEmpty();
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
