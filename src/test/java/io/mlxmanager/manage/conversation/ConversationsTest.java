package io.mlxmanager.manage.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.ConversationConfig;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConversationsTest {

    private static final JsonObject SETTINGS =
            Json.createObjectBuilder().add("model", "a/fox").build();
    private static final long ADA = 1;
    private static final long BOB = 2;

    private final TestDatabase database = new TestDatabase();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T20:00:00Z"));
    private final Conversations conversations =
            new Conversations(database, new ConversationConfig(3, new ByteSize(1_000)), clock);

    @BeforeEach
    void users() {
        for (long id : new long[] {ADA, BOB}) {
            database.execute("INSERT INTO users (id, email, password_hash, is_admin, roles, status, token_generation,"
                    + " created_at) VALUES (" + id + ", 'u" + id + "@example.org', 'x', FALSE, '', 'approved', 0, 1)");
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasSaidIsThereAgainInItsOrderAndWithEverythingBesideIt() {
        String id = create("Foxes");
        JsonObject details = Json.createObjectBuilder()
                .add("reasoning", "Let me see. ".repeat(20))
                .add("thinking_ms", 1200)
                .build();
        conversations.put(ADA, id, message("m1", null, "What is a fox?"));
        conversations.put(
                ADA,
                id,
                new Message("m2", Optional.of("m1"), Message.Role.ASSISTANT, "A canid.", details, Instant.EPOCH));

        ConversationText found = conversations.get(ADA, id);

        assertThat(found.messages()).extracting(Message::content).containsExactly("What is a fox?", "A canid.");
        assertThat(found.messages().get(1).details()).isEqualTo(details);
        assertThat(found.leaf()).contains("m2");
        assertThat(found.settings()).isEqualTo(SETTINGS);
        assertThat(found.summary().model()).contains("a/fox");
    }

    @Test
    void aMessageThatIsStoredAgainIsTheSameMessage() {
        String id = create("Foxes");
        conversations.put(ADA, id, message("m1", null, "Hal"));
        conversations.put(ADA, id, message("m1", null, "Hallo"));

        assertThat(conversations.get(ADA, id).messages())
                .extracting(Message::content)
                .containsExactly("Hallo");
    }

    @Test
    void versionsStandBesideEachOtherAndOneBranchIsShown() {
        String id = create("Foxes");
        conversations.put(ADA, id, message("q", null, "?"));
        conversations.put(ADA, id, message("a1", "q", "one"));
        conversations.put(ADA, id, message("a2", "q", "two"));
        assertThat(conversations.get(ADA, id).path(Optional.of("a2")))
                .extracting(Message::id)
                .containsExactly("q", "a2");

        conversations.change(ADA, id, Optional.empty(), Optional.of("a1"), Optional.empty());

        ConversationText found = conversations.get(ADA, id);
        assertThat(found.path(found.leaf())).extracting(Message::id).containsExactly("q", "a1");
        assertThatThrownBy(() ->
                        conversations.change(ADA, id, Optional.empty(), Optional.of("elsewhere"), Optional.empty()))
                .isInstanceOf(InvalidInput.class);
    }

    @Test
    void aBranchBecomesAConversationOfItsOwn() {
        String id = create("Foxes");
        conversations.put(ADA, id, message("q", null, "?"));
        conversations.put(ADA, id, message("a1", "q", "one"));
        conversations.put(ADA, id, message("a2", "q", "two"));

        ConversationText copy = conversations.branch(ADA, id, "a1", "Foxes, again");

        assertThat(copy.summary().id()).isNotEqualTo(id);
        assertThat(copy.messages()).extracting(Message::content).containsExactly("?", "one");
        assertThat(conversations.get(ADA, id).messages()).hasSize(3);
    }

    @Test
    void toEverybodyElseAConversationDoesNotExist() {
        String id = create("Foxes");
        List<Runnable> tries = List.of(
                () -> conversations.get(BOB, id),
                () -> conversations.delete(BOB, id),
                () -> conversations.put(BOB, id, message("m1", null, "x")),
                () -> conversations.branch(BOB, id, "m1", "x"),
                () -> conversations.change(BOB, id, Optional.of("x"), Optional.empty(), Optional.empty()));

        assertThat(tries)
                .allSatisfy(attempt -> assertThatThrownBy(attempt::run)
                        .isInstanceOfSatisfying(
                                Problem.class,
                                problem -> assertThat(problem.status()).isEqualTo(404)));
        assertThat(conversations.find(BOB, "", Optional.empty(), 10)).isEmpty();
        assertThat(conversations.get(ADA, id).summary().title()).isEqualTo("Foxes");
    }

    @Test
    void theListHasTheLatestFirstAndGoesOnWhereAPageEnded() {
        String first = create("First");
        clock.advance(Duration.ofMinutes(1));
        String second = create("Second");
        clock.advance(Duration.ofMinutes(1));
        conversations.put(ADA, first, message("m1", null, "again"));

        List<ConversationSummary> page = conversations.find(ADA, "", Optional.empty(), 1);
        assertThat(page).extracting(ConversationSummary::id).containsExactly(first);
        assertThat(conversations.find(ADA, "", Optional.of(page.get(0).updatedAt()), 10))
                .extracting(ConversationSummary::id)
                .containsExactly(second);
    }

    @Test
    void searchingFindsTitlesAndMessagesWhateverTheirCaseAndTakesSignsAsTheyAre() {
        String foxes = create("About Foxes");
        String maths = create("Sums");
        conversations.put(ADA, maths, message("m1", null, "Is 100% of a_b more?"));

        assertThat(ids("foxes")).containsExactly(foxes);
        assertThat(ids("100% OF")).containsExactly(maths);
        assertThat(ids("a_b")).containsExactly(maths);
        assertThat(ids("a%b")).isEmpty();
        assertThat(ids("axb")).isEmpty();
    }

    @Test
    void whatIsDeletedIsGoneWithItsMessages() {
        String id = create("Foxes");
        conversations.put(ADA, id, message("m1", null, "x"));

        conversations.delete(ADA, id);

        assertThat(conversations.find(ADA, "", Optional.empty(), 10)).isEmpty();
        assertThat(database.<Object>call(
                        entities -> entities.createNativeQuery("SELECT COUNT(*) FROM conversation_messages")
                                .getSingleResult()))
                .hasToString("0");
    }

    @Test
    void moreThanConfiguredIsRefusedByNumberAndBySize() {
        create("1");
        create("2");
        String id = create("3");

        assertThatThrownBy(() -> create("4")).isInstanceOf(Problem.class).hasMessageContaining("3 conversations");
        assertThatThrownBy(() -> conversations.put(ADA, id, message("m1", null, "x".repeat(1_001))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
        conversations.put(ADA, id, message("m1", null, "x".repeat(900)));
        conversations.put(ADA, id, message("m1", null, "y".repeat(950)));
        assertThatThrownBy(() -> conversations.put(ADA, id, message("m2", "m1", "z".repeat(100))))
                .isInstanceOf(Problem.class);
    }

    @Test
    void aParentThatIsNotThereIsRefused() {
        String id = create("Foxes");

        assertThatThrownBy(() -> conversations.put(ADA, id, message("m2", "m1", "x")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("parent");
    }

    private List<String> ids(String words) {
        return conversations.find(ADA, words, Optional.empty(), 10).stream()
                .map(ConversationSummary::id)
                .toList();
    }

    private String create(String title) {
        return conversations.create(ADA, title, SETTINGS).summary().id();
    }

    private static Message message(String id, String parent, String content) {
        return new Message(
                id,
                Optional.ofNullable(parent),
                Message.Role.USER,
                content,
                Json.createObjectBuilder().build(),
                Instant.EPOCH);
    }
}
