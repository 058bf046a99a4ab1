// The judge answers questions about audit policies and requests with kube-apiserver's own code: a JSON object per
// line comes in, a JSON object per line goes out, in the same order.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/apis/audit"
	auditing "k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/klog/v2"
)

// Question holds the text of a policy with the requests to decide, or raw HTTP request lines, or both. The requests are
// decided as many times more as Rounds says, and timed.
type Question struct {
	Policy   []byte
	Requests []Attributes
	HTTP     []string
	Rounds   int
}

// Attributes of a request; without a user its authentication failed.
type Attributes struct {
	User                                                                     *string
	Groups                                                                   []string
	Verb, Namespace, APIGroup, APIVersion, Resource, Subresource, Name, Path string
	ResourceRequest                                                          bool
}

// Answer to one question.
type Answer struct {
	Error     *string
	Warnings  string
	Policy    *audit.Policy
	Decisions []auditing.RequestAuditConfig
	Infos     []Info
	Seconds   float64
}

// Info is what an HTTP request is about, as far as it is known where there is an error.
type Info struct {
	Error *string
	Attributes
}

var (
	log      bytes.Buffer
	resolver = &request.RequestInfoFactory{
		APIPrefixes:          sets.NewString("api", "apis"),
		GrouplessAPIPrefixes: sets.NewString("api"),
	}
)

func main() {
	flags := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(flags)
	flags.Parse([]string{"-logtostderr=false", "-one_output", "-skip_headers", "-stderrthreshold=FATAL"})
	klog.SetOutput(&log)

	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	decoder, encoder := json.NewDecoder(lines), json.NewEncoder(out)
	for decoder.More() {
		var question Question
		if err := decoder.Decode(&question); err != nil {
			panic(err)
		}
		if err := encoder.Encode(answer(question)); err != nil {
			panic(err)
		}
	}
}

func answer(question Question) (answered Answer) {
	defer func() {
		if cause := recover(); cause != nil {
			answered.Error = text(fmt.Sprintf("panic: %v", cause))
		}
	}()
	if question.Policy != nil {
		decide(question, &answered)
	}
	for _, line := range question.HTTP {
		answered.Infos = append(answered.Infos, info(line))
	}
	return answered
}

func decide(question Question, answered *Answer) {
	log.Reset()
	loaded, err := policy.LoadPolicyFromBytes(question.Policy)
	klog.Flush()
	answered.Warnings = log.String()
	if err != nil {
		answered.Error = text(err.Error())
		return
	}
	answered.Policy = loaded.DeepCopy() // the evaluator writes into its own
	evaluator := policy.NewPolicyRuleEvaluator(loaded)
	for _, attributes := range question.Requests {
		answered.Decisions = append(answered.Decisions, evaluator.EvaluatePolicyRule(record(attributes)))
	}
	records := make([]authorizer.Attributes, len(question.Requests))
	for index, attributes := range question.Requests {
		records[index] = record(attributes)
	}
	start := time.Now()
	for range question.Rounds {
		for _, attributes := range records {
			evaluator.EvaluatePolicyRule(attributes)
		}
	}
	answered.Seconds = time.Since(start).Seconds()
}

func record(a Attributes) authorizer.Attributes {
	attributes := authorizer.AttributesRecord{
		Verb: a.Verb, Namespace: a.Namespace, APIGroup: a.APIGroup, APIVersion: a.APIVersion, Resource: a.Resource,
		Subresource: a.Subresource, Name: a.Name, Path: a.Path, ResourceRequest: a.ResourceRequest,
	}
	if a.User != nil {
		attributes.User = &user.DefaultInfo{Name: *a.User, Groups: a.Groups}
	}
	return attributes
}

func info(line string) Info {
	sent, err := http.ReadRequest(bufio.NewReader(bytes.NewReader([]byte(line + " HTTP/1.1\r\nHost: h\r\n\r\n"))))
	if err != nil {
		return Info{Error: text(err.Error())}
	}
	i, err := resolver.NewRequestInfo(sent)
	told := Info{Attributes: Attributes{
		Verb: i.Verb, Namespace: i.Namespace, APIGroup: i.APIGroup, APIVersion: i.APIVersion, Resource: i.Resource,
		Subresource: i.Subresource, Name: i.Name, Path: i.Path, ResourceRequest: i.IsResourceRequest,
	}}
	if err != nil {
		told.Error = text(err.Error())
	}
	return told
}

func text(words string) *string { return &words }
