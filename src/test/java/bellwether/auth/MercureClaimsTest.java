package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.topic.Topic;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MercureClaimsTest {
  private static final URI HUB = URI.create("https://hub.example/.well-known/mercure");
  private static final String TYPE = "'type':'https://mercure.rocks/authorization-detail'";

  @Test
  void draft7NamesTopicsTemplatesOrAll() throws Exception {
    MercureClaims claims =
        read(
            """
            {'mercure':{'publish':['news','a/{b}','{not a template'],'subscribe':['*']}}
            """);
    assertThat(claims.isOfDraft8()).isFalse();
    assertPublishes(claims, "news", "a/x", "a/{b}", "{not a template");
    assertPublishesNot(claims, "new", "a/x/y", "other");
    assertThat(claims.subscribe().matches(new Topic("any"))).isTrue();
    assertThat(claims.payloads().of("a")).isNull();
  }

  @Test
  void draft7MayHaveTheNameThatIsAUrlWhichGoesBeforeTheOther() throws Exception {
    MercureClaims claims =
        read(
            """
            {'mercure':{'publish':['short']},
             'https://mercure.rocks/':{'publish':['long'],'payload':[1,'a']}}
            """);
    assertPublishes(claims, "long");
    assertPublishesNot(claims, "short");
    assertThat(claims.payloads().of("a")).hasToString("[1,\"a\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'mercure':{}}",
        "{'mercure':null}",
        "{'mercure':{'publish':null,'subscribe':[],'payload':null}}",
        "{'authorization_details':[]}",
        "{'authorization_details':[{'type':'payment','topics':'mine','actions':7}]}",
        "{'scope':'openid','publish':['*']}",
      })
  void whatSaysNothingAllowsNothing(String json) throws Exception {
    MercureClaims claims = read(json);
    assertThat(claims.publish().filters()).isEmpty();
    assertThat(claims.subscribe().filters()).isEmpty();
    assertThat(claims.payloads().of("a")).isNull();
    assertThat(claims.isOfDraft8()).isFalse();
  }

  @Test
  void draft8NamesActionsAndMatchers() throws Exception {
    MercureClaims claims =
        read(
            "{'authorization_details':[{"
                + TYPE
                + """
                ,'actions':['publish','later'],'topics':[{'match':'a{b}'},
                  {'match':'news','match_type':'exact'}]},
                {'type':'payment','amount':7},
                {"""
                + TYPE
                + ",'actions':['subscribe'],'topics':[{'match':'*','match_type':'urlpattern'}],"
                + "'payload':{'team':'red'}}]}");
    assertThat(claims.isOfDraft8()).isTrue();
    assertPublishes(claims, "a{b}", "news");
    assertPublishesNot(claims, "ax", "a");
    assertThat(claims.subscribe().matches(new Topic("any"))).isTrue();
    assertThat(claims.payloads().of("a")).hasToString("{\"team\":\"red\"}");
  }

  @Test
  void urlPatternsAreRelativeToTheHub() throws Exception {
    MercureClaims claims =
        read(
            detail(
                """
                'actions':['publish','subscribe'],'topics':[
                  {'match':'https://example.com/books/:id','match_type':'urlpattern'},
                  {'match':'stocks/*','match_type':'urlpattern'}]
                """));
    assertPublishes(
        claims,
        "https://example.com/books/1",
        "stocks/a",
        "stocks/a/b",
        "https://hub.example/.well-known/stocks/a");
    assertPublishesNot(claims, "https://example.com/books/1/2", "stocks", "other/a");
    assertThat(claims.subscribe()).isEqualTo(claims.publish());
  }

  @Test
  void whoHasTheClaimsOfBothIsMeantByTheNewer() throws Exception {
    String newer = detail("'actions':['publish'],'topics':[{'match':'new'}]");
    MercureClaims claims =
        read(newer.substring(0, newer.length() - 1) + ",'mercure':{'publish':['old']}}");
    assertPublishes(claims, "new");
    assertPublishesNot(claims, "old");
  }

  @Test
  void detailsForOthersLeaveTheOlderClaim() throws Exception {
    MercureClaims claims =
        read("{'authorization_details':[{'type':'payment'}],'mercure':{'publish':['old']}}");
    assertPublishes(claims, "old");
  }

  @Test
  void aDetailOfActionsThatAreNotKnownAllowsNothingAndIsChecked() throws Exception {
    MercureClaims claims = read(detail("'actions':['delete'],'topics':[{'match':'a'}]"));
    assertThat(claims.publish().filters()).isEmpty();
    assertThat(claims.subscribe().filters()).isEmpty();
    assertRefused(detail("'actions':['delete'],'topics':[{'match':''}]"));
  }

  @Test
  void aPayloadIsToldOfWhatTheFirstDetailThatCoversItIsAbout() throws Exception {
    Payloads payloads =
        read(detail(
                "'actions':['subscribe'],'topics':[{'match':'a'}],'payload':{'x':1}",
                "'actions':['publish'],'topics':[{'match':'b'}],'payload':{'x':2}",
                "'actions':['subscribe'],'topics':[{'match':'/b/:id','match_type':'urlpattern'}],"
                    + "'payload':{'x':3}",
                "'actions':['subscribe'],'topics':[{'match':'c'}]",
                "'actions':['subscribe'],'topics':[{'match':'*'}],'payload':{'x':4}",
                "'actions':['subscribe'],'topics':[{'match':'d'}],'payload':{'x':5}"))
            .payloads();
    assertThat(payloads.of("a")).hasToString("{\"x\":1}");
    assertThat(payloads.of("/b/:id")).hasToString("{\"x\":3}");
    assertThat(payloads.of("c")).isNull();
    assertThat(payloads.of("b")).hasToString("{\"x\":4}");
    assertThat(payloads.of("d")).hasToString("{\"x\":4}");
    assertThat(payloads.of("*")).hasToString("{\"x\":4}");
  }

  @Test
  void aPayloadIsNotToldOfWhatNoDetailIsAbout() throws Exception {
    Payloads payloads =
        read(detail("'actions':['subscribe'],'topics':[{'match':'a'}],'payload':{'x':1}"))
            .payloads();
    assertThat(payloads.of("b")).isNull();
    assertThat(payloads.of("*")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'actions':['publish']",
        "'topics':[{'match':'a'}]",
        "'actions':[],'topics':[{'match':'a'}]",
        "'actions':['publish'],'topics':[]",
        "'actions':'publish','topics':[{'match':'a'}]",
        "'actions':['publish',1],'topics':[{'match':'a'}]",
        "'actions':['publish',null],'topics':[{'match':'a'}]",
        "'actions':['publish'],'topics':{'match':'a'}",
        "'actions':['publish'],'topics':['a']",
        "'actions':['publish'],'topics':[null]",
        "'actions':['publish'],'topics':[{}]",
        "'actions':['publish'],'topics':[{'match':''}]",
        "'actions':['publish'],'topics':[{'match':1}]",
        "'actions':['publish'],'topics':[{'match':'a','match_type':'regexp'}]",
        "'actions':['publish'],'topics':[{'match':'a','match_type':'Exact'}]",
        "'actions':['publish'],'topics':[{'match':'*','match_type':'regexp'}]",
        "'actions':['publish'],'topics':[{'match':'a','match_type':null}]",
        "'actions':['publish'],'topics':[{'match':'a\\nb'}]",
        "'actions':['publish'],'topics':[{'match':'a'}],'payload':'text'",
        "'actions':['publish'],'topics':[{'match':'a'}],'payload':null",
      })
  void oneBadDetailMakesTheWholeTokenInvalid(String bad) {
    assertRefused(detail(bad));
    assertRefused(detail("'actions':['publish'],'topics':[{'match':'*'}]", bad));
  }

  @Test
  void aBadUrlPatternMakesItInvalid() {
    for (String pattern : List.of("", "https://example.com/:", "{", "a\\u0000b")) {
      assertRefused(
          detail(
              "'actions':['publish'],'topics':[{'match':'"
                  + pattern
                  + "','match_type':'urlpattern'}]"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'authorization_details':{}}",
        "{'authorization_details':null}",
        "{'authorization_details':['https://mercure.rocks/authorization-detail']}",
        "{'authorization_details':[{}]}",
        "{'authorization_details':[{'type':7}]}",
        "{'mercure':[]}",
        "{'mercure':'*'}",
        "{'https://mercure.rocks/':7,'mercure':{'publish':['*']}}",
        "{'mercure':{'publish':'*'}}",
        "{'mercure':{'publish':{'match':'*'}}}",
        "{'mercure':{'publish':[1]}}",
        "{'mercure':{'publish':[null]}}",
        "{'mercure':{'publish':[{'match':'a'}]}}",
        "{'mercure':{'publish':['']}}",
        "{'mercure':{'subscribe':['a\\u0000b']}}",
        "{'mercure':{'subscribe':['{+a:9999}']}}",
      })
  void malformedClaimsMakeItInvalid(String json) {
    assertRefused(json);
  }

  @Test
  void thereAreLimits() throws Exception {
    String many = String.join("','", Collections.nCopies(MercureClaims.MAX_TOPICS / 2, "a"));
    String claims = "{'mercure':{'publish':['" + many + "'],'subscribe':['" + many + "'MORE]}}";
    assertPublishes(read(claims.replace("MORE", "")), "a");
    assertRefused(claims.replace("MORE", ",'b'"));

    String large = "'{+a:30}/{+b:30}'"; // each within what one may have
    assertThat(read("{'mercure':{'publish':[" + large + "]}}").publish().filters()).hasSize(1);
    assertRefused("{'mercure':{'publish':[" + large + ",'{+c:30}/{+d:30}']}}");
  }

  private static MercureClaims read(String json) throws InvalidTokenException {
    return MercureClaims.read(Claims.parse(new String(TokenText.json(json), UTF_8)).json(), HUB);
  }

  private static String detail(String... members) {
    StringBuilder details = new StringBuilder();
    for (String each : members) {
      details.append(details.isEmpty() ? "" : ",").append('{').append(TYPE).append(',');
      details.append(each).append('}');
    }
    return "{'authorization_details':[" + details + "]}";
  }

  private static void assertRefused(String json) {
    assertThatThrownBy(() -> read(json))
        .as(json)
        .isInstanceOf(InvalidTokenException.class)
        .message()
        .isNotEmpty();
  }

  private static void assertPublishes(MercureClaims claims, String... topics) {
    for (String topic : topics) {
      assertThat(claims.publish().matches(new Topic(topic))).as(topic).isTrue();
    }
  }

  private static void assertPublishesNot(MercureClaims claims, String... topics) {
    for (String topic : topics) {
      assertThat(claims.publish().matches(new Topic(topic))).as(topic).isFalse();
    }
  }
}
