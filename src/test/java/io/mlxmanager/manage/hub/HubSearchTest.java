package io.mlxmanager.manage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.HubConfig;
import io.mlxmanager.testing.hub.HubStandIn;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubSearchTest {

    private final HubStandIn standIn = new HubStandIn();

    @BeforeEach
    void models() {
        standIn.repository("ada/one-small").downloads(10).large("model.safetensors", new byte[100]);
        standIn.repository("ada/two-large").downloads(30).large("model.safetensors", new byte[9000]);
        standIn.repository("bob/three-small").downloads(20).large("model.safetensors", new byte[200]);
        standIn.repository("bob/other").downloads(99).large("model.safetensors", new byte[1]);
    }

    @AfterEach
    void close() {
        standIn.close();
    }

    private HubSearch search() {
        return search(standIn.endpoint(), false);
    }

    private static HubSearch search(URI address, boolean offline) {
        HubConfig config = new HubConfig(address, Optional.empty(), offline, Duration.ofSeconds(2));
        return new HubSearch(new HubEndpoint(config, Optional::empty));
    }

    private static HubSearch.Query query(String text, int limit) {
        return new HubSearch.Query(text, Optional.empty(), OptionalLong.empty(), limit, Optional.empty());
    }

    private static List<String> ids(HubSearch.Page page) {
        return page.models().stream().map(HubModel::id).toList();
    }

    @Test
    void hitsComeByDownloadsWithWhatTheHubKnows() {
        HubSearch.Page page = search().find(query("-", 20));

        assertThat(ids(page)).containsExactly("ada/two-large", "bob/three-small", "ada/one-small");
        HubModel first = page.models().get(0);
        assertThat(first.bytes()).hasValue(9000);
        assertThat(first.author()).isEqualTo("ada");
        assertThat(first.tags()).contains("mlx");
        assertThat(page.cursor()).isEmpty();
        assertThat(standIn.seen().get(0).query()).contains("filter=mlx", "sort=downloads");
    }

    @Test
    void anAuthorAndASizeNarrowTheSearch() {
        var ofBob = new HubSearch.Query("small", Optional.of("bob"), OptionalLong.empty(), 20, Optional.empty());
        assertThat(ids(search().find(ofBob))).containsExactly("bob/three-small");
        var small = new HubSearch.Query("-", Optional.empty(), OptionalLong.of(150), 20, Optional.empty());
        assertThat(ids(search().find(small))).containsExactly("ada/one-small");
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepetition() {
        List<String> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            HubSearch.Page page =
                    search().find(new HubSearch.Query("", Optional.empty(), OptionalLong.empty(), 2, cursor));
            all.addAll(ids(page));
            cursor = page.cursor();
        } while (cursor.isPresent());
        assertThat(all).containsExactly("bob/other", "ada/two-large", "bob/three-small", "ada/one-small");
    }

    @Test
    void aSizeFilterLooksFurtherWhenAPageHoldsNothingThatFits() {
        var small = new HubSearch.Query("-", Optional.empty(), OptionalLong.of(150), 1, Optional.empty());
        assertThat(ids(search().find(small))).containsExactly("ada/one-small");
    }

    @Test
    void aSizeFilterKeepsToTheLimitAndLosesNothing() {
        for (int i = 0; i < 6; i++) {
            standIn.repository("eve/x" + i)
                    .downloads(60 - i)
                    .large("model.safetensors", new byte[i % 2 == 0 ? 10 : 9000]);
        }
        List<String> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            HubSearch.Page page =
                    search().find(new HubSearch.Query("eve", Optional.empty(), OptionalLong.of(150), 2, cursor));
            assertThat(page.models()).hasSizeLessThanOrEqualTo(2);
            all.addAll(ids(page));
            cursor = page.cursor();
        } while (cursor.isPresent());
        assertThat(all).containsExactly("eve/x0", "eve/x2", "eve/x4");
    }

    @ParameterizedTest
    @CsvSource({
        "401, hub_unauthorized",
        "403, hub_forbidden",
        "404, hub_not_found",
        "429, hub_rate_limited",
        "500, hub_error",
        "503, hub_error"
    })
    void aRefusalSaysWhichItWas(int status, String code) {
        standIn.refuse("/api/models", status, 1);
        assertThatThrownBy(() -> search().find(query("x", 5)))
                .isInstanceOfSatisfying(
                        HubProblem.class, problem -> assertThat(problem.code()).isEqualTo(code));
    }

    @Test
    void noNetworkAndOfflineModeAreToldApart() {
        assertThatThrownBy(() -> search(URI.create("http://127.0.0.1:1"), false).find(query("x", 5)))
                .isInstanceOfSatisfying(
                        HubProblem.class, problem -> assertThat(problem.code()).isEqualTo("hub_unreachable"));
        assertThatThrownBy(() -> search(standIn.endpoint(), true).find(query("x", 5)))
                .isInstanceOfSatisfying(
                        HubProblem.class, problem -> assertThat(problem.code()).isEqualTo("hub_offline"));
        assertThat(standIn.seen()).isEmpty();
    }
}
